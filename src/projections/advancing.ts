import type { Pool, PoolClient } from 'pg';
import type { EventStore, Position } from '../event-store.ts';
import type { Follower } from './follower.ts';
import type { PageReader } from './page-reader.ts';
import { transaction } from './transaction.ts';

export interface Advance {
  readonly follower: Follower;
  readonly pages: PageReader;
  readonly signal: AbortSignal;
  /** After each page, with where it is. */
  readonly onProgress?: (at: Position) => void;
  /** Awaited after each page, to leave the machine to others. */
  readonly pace?: () => Promise<void>;
}

/** The signal came before the end: what is committed stays, and another run goes on there. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Brings a schema to exactly a position that the log has reached, and commits. */
export async function advance(
  { follower, pages, signal, onProgress, pace }: Advance,
  until: Position,
): Promise<void> {
  while (follower.at < until) {
    if (signal.aborted) throw new Interrupted(`stopped at '${follower.committed}'`);
    const page = await pages.read(follower.at);
    if (page.upTo < until && !page.isEnd) pages.prefetch(page.upTo);
    // Where the log ended before it, nothing stands between.
    const isShort = page.isEnd && page.upTo < until;
    await follower.takePage(isShort ? { ...page, upTo: until } : page, until);
    onProgress?.(follower.at);
    await pace?.();
  }
  await follower.commit();
}

/**
 * Holds a live schema where it is for a moment, while `meanwhile` brings another to the same
 * position, and `then` does what needs both of them there, in the transaction that holds it.
 */
export function holding<Result>(
  pool: Pool,
  schema: string,
  meanwhile: (position: Position) => Promise<void>,
  then: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ position: Position }>(
      'select position from projections.checkpoints where schema = $1 for update',
      [schema],
    );
    await meanwhile(rows[0]?.position ?? '');
    return then(client);
  });
}

/** Events gone over in this run, and which part of the way to the end that is, from 0 to 1. */
export type OnProgress = (events: number, part: number) => void;

/** Positions are opaque; but those of every store are digits, and that is enough for a bar. */
export async function progressTo(
  store: Pick<EventStore, 'head'>,
  follower: Follower,
  onProgress?: OnProgress,
): Promise<(at: Position) => void> {
  const [from, end] = [BigInt(follower.at || 0), BigInt((await store.head()) || 0)];
  const length = Number(end - from);
  return (at) => {
    const part = length <= 0 ? 1 : Number(BigInt(at || 0) - from) / length;
    onProgress?.(follower.gone, Math.min(1, part));
  };
}
