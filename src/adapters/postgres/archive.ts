import type { Pool } from 'pg';
import type { Archive, ArchivedCore } from '../../archive.ts';
import { NO_STREAM } from '../../event-store.ts';
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
          from bookkeeping.snapshots s
          left join bookkeeping.snapshot_records r
            on r.snapshot = s.number and r.key = any($4::text[])
          where s.stream = $1 and s.version = $2 and s.revision = any($3::int[])`,
        values: [stream, version, revisions, keys],
      });
      if (rows.length === 0) return undefined;
      return new Map(rows.flatMap(({ key, record }) => (key === null ? [] : [[key, record]])));
    },

    async save(stream, version, snapshot) {
      const { revision, position, core, records, since } = snapshot;
      const head = [stream, version, revision, position, core];
      const isKnown = ([key]: readonly [string, string]) => since.known.has(key);
      const all = [...records];
      const added = all.filter((each) => !isKnown(each));
      const lists = [...listsOf(added), ...listsOf(all.filter(isKnown))];
      const isSaved = async (statement: Statement, values: readonly unknown[]) => {
        const { rows } = await pool.query<{ saved: boolean }>({
          ...statement,
          values: [...values],
        });
        return rows[0]?.saved ?? false;
      };
      if (await isSaved(SAVE_NEXT, [...head, ...lists, since.revision])) return true;
      return isSaved(SAVE, [...head, ...listsOf(all), since.revision]);
    },
  };
}

interface Statement {
  readonly name: string;
  readonly text: string;
}

const listsOf = (records: readonly (readonly [string, string])[]) => [
  textList(records.map(([key]) => key)),
  textList(records.map(([, record]) => record)),
];

/** Only what follows on nothing may be the first: else records before it would be missing. */
const saveText = (since: string, condition: string, records: string) => `with core as (
    insert into bookkeeping.snapshots as s (stream, version, revision, position, core)
    select $1, $2::integer, $3::integer, $4, $5
    where ${since}::integer = ${NO_STREAM}
      or exists (select from bookkeeping.snapshots where stream = $1 and version = $2::integer)
    on conflict (stream, version) do update
    set revision = excluded.revision, position = excluded.position, core = excluded.core
    where s.revision < excluded.revision and ${condition}
    returning number
  )${records}
  select exists (select from core) as saved`;

const recordsText = (name: string, keys: number) => `, ${name} as (
    insert into bookkeeping.snapshot_records
    select core.number, r.key, r.record
    from core, unnest(${listOf(keys)}, ${listOf(keys + 1)}) as r (key, record)`;

const UPSERT = `
    on conflict (snapshot, key) do update set record = excluded.record
  )`;

/** Whatever is there, as long as it is older, and has all that this one takes for saved. */
const SAVE: Statement = {
  name: 'archive',
  text: saveText('$8', 's.revision >= $8::integer', recordsText('kept', 6) + UPSERT),
};

/** On the very snapshot that it follows: what is new since is not looked for, at half the cost. */
const SAVE_NEXT: Statement = {
  name: 'archive next',
  text: saveText(
    '$10',
    's.revision = $10::integer',
    `${recordsText('added', 6)}
  )${recordsText('changed', 8)}${UPSERT}`,
  ),
};

async function coresOf(pool: Pool, asked: readonly Asked[]): Promise<(ArchivedCore | undefined)[]> {
  const { rows } = await pool.query<ArchivedCore & { place: string }>({
    name: 'archived cores',
    text: `select a.place, c.revision, c.position, c.core
      from unnest($1::text[], $2::int[]) with ordinality as a (stream, version, place)
      join bookkeeping.snapshots c on c.stream = a.stream and c.version = a.version`,
    values: [asked.map(({ stream }) => stream), asked.map(({ version }) => version)],
  });
  const found: (ArchivedCore | undefined)[] = asked.map(() => undefined);
  for (const { place, ...core } of rows) found[Number(place) - 1] = core;
  return found;
}
