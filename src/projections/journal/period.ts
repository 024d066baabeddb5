import type { PoolClient } from 'pg';
import type { Position } from '../../event-store.ts';
import { type PastOptions, PastRefused, type Period, type Point } from '../ledger-reads.ts';
import { MARK_ENTRIES } from './books.ts';

/** Transfers by number: those above `after`, up to and with `until`. */
export interface Span {
  readonly after: number;
  readonly until: number;
  /** The place and time of the past that this shows; null: whatever is newest. */
  readonly past: { readonly position: Position; readonly time: string } | null;
}

/** Throws PastRefused where a point has no exact answer, or nothing to show. */
export async function spanOf(client: PoolClient, period: Period): Promise<Span> {
  const { from, to, asOf } = period;
  const after = from === undefined ? 0 : await lastBefore(client, from);
  const end = asOf ?? to;
  if (end === undefined) return { after, until: await lastEntry(client), past: null };
  const until = await lastBefore(client, end, asOf !== undefined);
  const last = await transferAt(client, until);
  if (!last) throw new PastRefused('before-first-transfer', await transferAt(client, 1));
  const position = asOf !== undefined && 'position' in asOf ? asOf.position : last.position;
  return {
    after: Math.min(after, until),
    until,
    past: { position, time: last.time.toISOString() },
  };
}

/** The read model must have reached the positions that are asked about. */
export function waitingFor<Options extends Period>(options: Options): Pick<PastOptions, 'waitFor'> {
  const points = [options.from, options.to, options.asOf].flatMap((point) =>
    point && 'position' in point ? [point.position] : [],
  );
  const furthest = [options.waitFor ?? '', ...points].toSorted().at(-1);
  return furthest ? { waitFor: furthest } : {};
}

/** Of the times that are asked about; undefined: none is. */
export function latestTime({ from, to, asOf }: Period): string | undefined {
  const times = [from, to, asOf].flatMap((at) => (at && 'time' in at ? [at.time] : []));
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}

/** The number of the last transfer before a point, or with it. */
async function lastBefore(client: PoolClient, point: Point, keepsIt = false): Promise<number> {
  const isTime = 'time' in point;
  const { rows } = await client.query<{ entry: string | null }>(
    `select ${firstBeyond(isTime ? 'time' : 'position', keepsIt, '$1')} as entry`,
    [isTime ? point.time : point.position],
  );
  const first = rows[0]?.entry ?? null;
  if (first !== null) return Number(first) - 1;
  const last = await lastEntry(client);
  // A position that was reached is settled. Of a time that nothing is later than, more may come.
  if (isTime) throw new PastRefused('time-not-settled', await transferAt(client, last));
  return last;
}

/**
 * SQL for the number of the first transfer beyond a point (an expression of SQL), or, of a time, of
 * whichever comes first behind a tick beyond it. Marks know the latest time so far, which never
 * steps back: from the mark before the point, what is first beyond it is at most one mark's length
 * away.
 */
export function firstBeyond(by: 'time' | 'position', keepsIt: boolean, point: string): string {
  const marked = by === 'time' ? 'clock' : 'position';
  const [within, beyond] = keepsIt ? ['<=', '>'] : ['<', '>='];
  const at = `${point}::${by === 'time' ? 'timestamptz' : 'text'}`;
  const transfer = `(
    select t.entry
    from (select coalesce((select entry from marks where ${marked} ${within} ${at}
                           order by ${marked} desc, entry desc limit 1), 0) as entry) mark
    join transfers t on t.entry > mark.entry and t.entry <= mark.entry + ${MARK_ENTRIES}
    where t.${by} ${beyond} ${at} order by t.entry limit 1)`;
  if (by === 'position') return transfer;
  const tick = `(select entry + 1 from ticks where time ${beyond} ${at} order by time limit 1)`;
  return `least(${transfer}, ${tick})`;
}

async function lastEntry(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ entry: string | null }>(
    'select max(entry) as entry from transfers',
  );
  return Number(rows[0]?.entry ?? 0);
}

async function transferAt(
  client: PoolClient,
  entry: number,
): Promise<{ position: Position; time: Date } | undefined> {
  const { rows } = await client.query<{ position: Position; time: Date }>(
    'select position, time from transfers where entry = $1',
    [entry],
  );
  return rows[0];
}
