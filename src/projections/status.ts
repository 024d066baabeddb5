import type { Pool } from 'pg';
import type { Position } from '../event-store.ts';
import type { Projection } from './projection.ts';

/** What is known of a read model itself. */
export interface ReadModelStatus {
  readonly name: string;
  readonly version: number;
  /** Where its rows are; null before it was ever built. */
  readonly schema: string | null;
  /** `building`: it doesn't answer yet. `stopped`: it must be built anew. */
  readonly state: 'live' | 'building' | 'stopped';
  readonly position: Position;
  /** ISO 8601: when it reached that position; null while it has none. */
  readonly time: string | null;
  /** From there to the end of the log: events with Postgres, bytes with EventStoreDB. */
  readonly lagPositions: number;
  /**
   * Since the newest event that it reflects was decided; 0 at the end of the log, null before its
   * first event.
   */
  readonly lagSeconds: number | null;
  /** Keys that wait because an event of theirs could not be applied. */
  readonly parkedKeys: number;
  /** Why it was stopped. */
  readonly reason: string | null;
  /** The newest comparison with one that was built anew from event 1; null: none yet. */
  readonly check: ReadModelCheck | null;
}

export interface ReadModelCheck {
  readonly position: Position;
  readonly time: string;
  readonly digest: string;
  readonly isEqual: boolean;
}

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly stopped: string | null;
  readonly position: Position;
  readonly reached_at: Date;
  readonly newest_at: Date | null;
  readonly parked: number;
  readonly check_position: Position | null;
  readonly digest: string | null;
  readonly rebuilt: string | null;
  readonly checked_at: Date | null;
}

/** Of each read model that this version of the house keeps; `head` is the end of the log. */
export async function readStatuses(
  pool: Pool,
  projections: readonly Projection[],
  head: Position,
  nowMs: number,
): Promise<readonly ReadModelStatus[]> {
  const { rows } = await pool.query<Row>(
    `select c.schema, c.name, c.version, c.state, c.stopped, c.position, c.reached_at,
       c.newest_at, k.position as check_position, k.digest, k.rebuilt, k.checked_at,
       (select count(distinct key)::int from projections.parked p where p.schema = c.schema)
         as parked
     from projections.checkpoints c left join projections.checks k using (schema)
     where c.state in ('live', 'building')
     order by c.state desc, c.schema`,
  );
  return projections.map(({ name, version }) => {
    const row = rows.find((each) => each.name === name && each.version === version);
    return row ? statusOf(row, head, nowMs) : neverBuilt(name, version, head);
  });
}

function statusOf(row: Row, head: Position, nowMs: number): ReadModelStatus {
  const { name, version, schema, position, stopped, newest_at: newest } = row;
  const ageSeconds = newest && Math.max(0, Math.round((nowMs - newest.getTime()) / 1_000));
  const state = stopped !== null ? 'stopped' : row.state === 'live' ? 'live' : 'building';
  return {
    ...{ name, version, schema, state, position },
    time: position === '' ? null : row.reached_at.toISOString(),
    lagPositions: distance(position, head),
    lagSeconds: position < head ? ageSeconds : 0,
    parkedKeys: row.parked,
    reason: stopped,
    check: checkOf(row),
  };
}

/** Both stores write a place as digits; their first part counts. */
function distance(from: Position, to: Position): number {
  const place = (position: Position) => Number(position.split('-')[0] || '0');
  return Math.max(0, place(to) - place(from));
}

function checkOf({ check_position, digest, rebuilt, checked_at }: Row): ReadModelCheck | null {
  if (check_position === null || digest === null || checked_at === null) return null;
  const time = checked_at.toISOString();
  return { position: check_position, time, digest, isEqual: digest === rebuilt };
}

const neverBuilt = (name: string, version: number, head: Position): ReadModelStatus => ({
  ...{ name, version, schema: null, state: 'building', position: '', time: null },
  ...{ lagPositions: distance('', head), lagSeconds: head === '' ? 0 : null },
  ...{ parkedKeys: 0, reason: null, check: null },
});

/** Seconds since the oldest transaction in this database began; 0 when there is none. */
export async function oldestTransactionSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ seconds: number }>(
    `select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 as seconds
     from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  // A transaction may have begun after this clock was read.
  return Math.max(0, rows[0]?.seconds ?? 0);
}
