import pg from 'pg';
import type { Archive, ArchivedCore, SnapshotId, StreamSnapshot } from '../../archive.ts';
import { NO_STREAM } from '../../event-store.ts';
import type { System } from '../../system.ts';
import { CopiedRow, copyOut } from './copy-out.ts';
import { Gathering } from './gathering.ts';

const GATHERED_STREAMS = 500;

interface Asked {
  readonly stream: string;
  readonly version: number;
}

/**
 * Snapshots of long streams, and pages of their records, in one commit. A page is a row, and none
 * is ever changed: a row for each record cost more than the event that it came from.
 */
export function postgresArchive(pool: pg.Pool, system: Pick<System, 'turn'>): Archive {
  const cores = new Gathering(system, GATHERED_STREAMS, (asked: readonly Asked[]) =>
    coresOf(pool, asked),
  );
  return {
    core: (stream, version) => cores.ask({ stream, version }),

    async hashes(stream, snapshot) {
      const from = `from ${newestWith(ALL, pg.escapeLiteral(stream), snapshot)}`;
      const rows = await copyOut(pool, HashesOfPage.COLUMNS, from, HashesOfPage);
      if (rows.length === 0) return undefined;
      return rows.map(({ hashes }) => hashes).filter(({ length }) => length > 0);
    },

    async pages(stream, snapshot, hashes) {
      // One statement, hence one snapshot: the pages belong to the core's revision.
      const { rows } = await pool.query<PageRow>(
        `select p.hashes, p.records from ${newestWith(WANTED, '$1', snapshot)}
          order by p.run desc, p.first_hash desc`,
        [stream, hashes],
      );
      if (rows.length === 0) return undefined;
      return rows
        .filter((row) => row.hashes !== null)
        .map((row) => ({ hashes: hashesIn(row.hashes), records: row.records }));
    },

    async save(stream, version, snapshot) {
      const { rows } = await pool.query<{ saved: boolean }>({
        name: 'archive',
        text: SAVE,
        values: valuesOf(stream, version, snapshot),
      });
      return rows[0]?.saved ?? false;
    },
  };
}

interface PageRow {
  readonly hashes: Buffer;
  readonly records: Buffer;
}

/** Of a million events they are eight megabytes, which a select would send as text. */
class HashesOfPage extends CopiedRow {
  static readonly COLUMNS = { numbers: [], texts: [`coalesce(p.hashes, '')`] };

  get hashes(): Int32Array {
    return hashesIn(this.bytes(0));
  }
}

const ALL = 'select * from bookkeeping.archived_pages where core = c.number';

/** In each run one page at most has a hash: the last that begins with it or one below. */
const WANTED = `${ALL} and (run, first_hash) in (
    select page.run, page.first_hash
    from unnest($2::integer[]) as wanted (hash), generate_series(0, c.runs - 1) as runs (run),
      lateral (
        select * from bookkeeping.archived_pages
        where core = c.number and run = runs.run and first_hash <= wanted.hash
        order by first_hash desc limit 1
      ) page
    where position(int4send(wanted.hash) in page.hashes) > 0)`;

/** A snapshot has its row also where there is no page. */
const newestWith = (pages: string, stream: string, { version, revisions }: SnapshotId) =>
  `bookkeeping.archived_cores c left join lateral (${pages}) p on true
  where c.stream = ${stream} and c.version = ${Number(version)}
    and c.revision = any('{${revisions.map(Number)}}'::integer[])`;

/** Only what follows on nothing may be the first: else records before it would be missing. */
const SAVE = `with saved as (
    insert into bookkeeping.archived_cores as c (stream, version, revision, core, runs)
    select $1, $2::integer, $3::integer, $4, $5::integer
    where $6::integer = ${NO_STREAM}
      or exists (select from bookkeeping.archived_cores where stream = $1 and version = $2::integer)
    on conflict (stream, version) do update
    set revision = excluded.revision, core = excluded.core, runs = c.runs + excluded.runs
    where c.revision = $6::integer
    returning number, runs - $5::integer as runs_before
  ), added as (
    insert into bookkeeping.archived_pages (core, run, first_hash, hashes, records)
    select saved.number, saved.runs_before + p.run, p.first_hash,
      substr($7::bytea, p.hashes_at, p.hashes_length),
      substr($8::bytea, p.records_at, p.records_length)
    from saved, unnest($9::integer[], $10::integer[], $11::integer[], $12::integer[],
      $13::integer[], $14::integer[])
      as p (run, first_hash, hashes_at, hashes_length, records_at, records_length)
  )
  select exists (select from saved) as saved`;

/** All pages in one piece: the driver writes a list of bytes as text. */
function valuesOf(stream: string, version: number, snapshot: StreamSnapshot): unknown[] {
  const { revision, core, runs, since } = snapshot;
  const pages = runs.flatMap((run, index) => run.map((page) => ({ run: index, ...page })));
  const hashes = pages.map((page) => bytesOf(page.hashes));
  const records = pages.map((page) => page.records);
  return [
    ...[stream, version, revision, core, runs.length, since],
    ...[Buffer.concat(hashes), Buffer.concat(records)],
    pages.map(({ run }) => run),
    pages.map((page) => page.hashes[0]),
    ...placesOf(hashes),
    ...placesOf(records),
  ];
}

/** Where each begins, counted from one, and how long it is. */
function placesOf(pieces: readonly Uint8Array[]): [number[], number[]] {
  let next = 1;
  const starts = pieces.map(({ length }) => {
    next += length;
    return next - length;
  });
  return [starts, pieces.map(({ length }) => length)];
}

const HASH_BYTES = 4;

/** As `int4send` has them. */
function bytesOf(hashes: Int32Array): Buffer {
  const bytes = Buffer.allocUnsafe(HASH_BYTES * hashes.length);
  for (const [index, hash] of hashes.entries()) bytes.writeInt32BE(hash, HASH_BYTES * index);
  return bytes;
}

function hashesIn(bytes: Buffer): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hashes = new Int32Array(bytes.length / HASH_BYTES);
  for (let index = 0; index < hashes.length; index++) {
    hashes[index] = view.getInt32(HASH_BYTES * index);
  }
  return hashes;
}

async function coresOf(
  pool: pg.Pool,
  asked: readonly Asked[],
): Promise<(ArchivedCore | undefined)[]> {
  const { rows } = await pool.query<ArchivedCore & { place: string }>({
    name: 'archived cores',
    text: `select a.place, c.revision, c.core
      from unnest($1::text[], $2::int[]) with ordinality as a (stream, version, place)
      join bookkeeping.archived_cores c on c.stream = a.stream and c.version = a.version`,
    values: [asked.map(({ stream }) => stream), asked.map(({ version }) => version)],
  });
  const found: (ArchivedCore | undefined)[] = asked.map(() => undefined);
  for (const { place, ...core } of rows) found[Number(place) - 1] = core;
  return found;
}
