import type { Pool } from 'pg';
import type { Archive, ArchivedCore } from '../../archive.ts';
import type { System } from '../../system.ts';
import { Gathering } from './gathering.ts';
import { listOf, textList } from './text-list.ts';

const GATHERED_STREAMS = 500;

interface Asked {
  readonly stream: string;
  readonly version: number;
}

/** Snapshots of long streams, and their records under keys, in one commit. */
export function postgresArchive(pool: Pool, system: Pick<System, 'turn'>): Archive {
  const cores = new Gathering(system, GATHERED_STREAMS, (asked: readonly Asked[]) =>
    coresOf(pool, asked),
  );
  return {
    core: (stream, version) => cores.ask({ stream, version }),

    async records(stream, { version, revisions }, keys) {
      // One statement, hence one snapshot: the records belong to the core's revision.
      const { rows } = await pool.query<{ key: string | null; record: string }>({
        name: 'archived records',
        text: `select r.key, r.record
          from bookkeeping.stream_cores c
          left join bookkeeping.stream_records r
            on r.stream = c.stream and r.version = c.version and r.key = any($4::text[])
          where c.stream = $1 and c.version = $2 and c.revision = any($3::int[])`,
        values: [stream, version, revisions, keys],
      });
      if (rows.length === 0) return undefined;
      return new Map(rows.flatMap(({ key, record }) => (key === null ? [] : [[key, record]])));
    },

    async save(stream, version, { revision, position, core, records }) {
      const { rows } = await pool.query<{ saved: boolean }>({
        name: 'archive',
        text: `with core as (
            insert into bookkeeping.stream_cores as c values ($1, $2, $3, $4, $5)
            on conflict (stream, version) do update
            set revision = excluded.revision, position = excluded.position, core = excluded.core
            where c.revision < excluded.revision
            returning stream, version
          ), kept as (
            insert into bookkeeping.stream_records
            select core.stream, core.version, r.key, r.record
            from core, unnest(${listOf(6)}, ${listOf(7)}) as r (key, record)
            on conflict (stream, version, key) do update set record = excluded.record
          )
          select exists (select from core) as saved`,
        values: [
          stream,
          version,
          revision,
          position,
          core,
          textList([...records.keys()]),
          textList([...records.values()]),
        ],
      });
      return rows[0]?.saved ?? false;
    },
  };
}

async function coresOf(pool: Pool, asked: readonly Asked[]): Promise<(ArchivedCore | undefined)[]> {
  const { rows } = await pool.query<ArchivedCore & { place: string }>({
    name: 'archived cores',
    text: `select a.place, c.revision, c.position, c.core
      from unnest($1::text[], $2::int[]) with ordinality as a (stream, version, place)
      join bookkeeping.stream_cores c on c.stream = a.stream and c.version = a.version`,
    values: [asked.map(({ stream }) => stream), asked.map(({ version }) => version)],
  });
  const found: (ArchivedCore | undefined)[] = asked.map(() => undefined);
  for (const { place, ...core } of rows) found[Number(place) - 1] = core;
  return found;
}
