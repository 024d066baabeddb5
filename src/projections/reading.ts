import type { Pool, PoolClient } from 'pg';
import type { System } from '../system.ts';
import { type Projection, schemaOf } from './projection.ts';
import { type AsOf, NotYetThere, type Page, type ReadOptions } from './read-models.ts';
import { readCheckpoint, transaction } from './schema.ts';

export interface Reading {
  readonly pool: Pool;
  readonly system: System;
  /** How long `waitFor` waits before it gives up. */
  readonly waitForMs: number;
}

const POLL_MS = 15;

/** Rows and the position that they reflect, from one snapshot; waits for a position first. */
export async function reflecting<Value>(
  { pool, system, waitForMs }: Reading,
  projection: Projection,
  { waitFor }: ReadOptions,
  read: (client: PoolClient) => Promise<Value>,
): Promise<AsOf<Value>> {
  const schema = schemaOf(projection);
  const deadline = system.now() + waitForMs;
  for (;;) {
    const answer = await transaction(
      pool,
      async (client) => {
        const { position, time } = await readCheckpoint(client, schema);
        if (waitFor !== undefined && position < waitFor) return { position };
        await client.query(`set local search_path to ${schema}`);
        return { position, time, value: await read(client) };
      },
      'begin isolation level repeatable read read only',
    );
    if (answer.time !== undefined) return answer;
    if (system.now() >= deadline) throw new NotYetThere(waitFor ?? '', answer.position);
    await system.sleep(POLL_MS);
  }
}

/** One more row than asked for tells whether there is a next page. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? cursorOf(last) : null };
}
