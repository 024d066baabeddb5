import type { Pool, PoolClient } from 'pg';
import type { Position } from '../event-store.ts';
import { type Advance, advance, holding } from './advancing.ts';
import { readCheckpoint } from './checkpoint.ts';
import { digestOf, SNAPSHOT } from './digest.ts';
import type { Projection } from './projection.ts';
import { rollBack } from './transaction.ts';

export interface Digests {
  readonly position: Position;
  readonly live: string;
  readonly rebuilt: string;
}

/**
 * Brings what is built to where the live schema is, however that moves on meanwhile, and takes the
 * digests of both at one position. The live one is held only while the last few events are applied,
 * never while digests are made.
 */
export async function compareBeside(
  pool: Pool,
  projection: Projection,
  live: string,
  built: string,
  advancing: Advance,
): Promise<Digests> {
  for (let gap = 2; gap > 1; ) {
    const { position } = await readCheckpoint(pool, live);
    let pages = 0;
    const onProgress = (at: Position) => {
      pages++;
      advancing.onProgress?.(at);
    };
    await advance({ ...advancing, onProgress }, position);
    gap = pages;
  }
  const { pace: _, ...atOnce } = advancing;
  const snapshot = await holding(
    pool,
    live,
    (position) => advance(atOnce, position),
    () => openSnapshot(pool, built),
  );
  try {
    const { position } = await readCheckpoint(snapshot, built);
    return {
      position,
      live: await digestOf(snapshot, projection, live),
      rebuilt: await digestOf(snapshot, projection, built),
    };
  } finally {
    await rollBack(snapshot);
  }
}

/** With its first statement a snapshot is taken: both schemas as they stand now. */
async function openSnapshot(pool: Pool, schema: string): Promise<PoolClient> {
  const client = await pool.connect();
  try {
    await client.query(SNAPSHOT);
    await readCheckpoint(client, schema);
    return client;
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

/** What is shown of the newest comparison, until the next one. */
export async function recordCheck(
  client: Pick<PoolClient, 'query'>,
  schema: string,
  { position, live, rebuilt }: Digests,
  /** ISO 8601. */
  now: string,
): Promise<void> {
  await client.query(
    `insert into projections.checks (schema, position, digest, rebuilt, checked_at)
     values ($1, $2, $3, $4, $5)
     on conflict (schema) do update set position = excluded.position, digest = excluded.digest,
       rebuilt = excluded.rebuilt, checked_at = excluded.checked_at`,
    [schema, position, live, rebuilt, now],
  );
}
