import type { Pool, PoolClient } from 'pg';
import { type Position, START } from '../event-store.ts';
import type { System } from '../system.ts';
import type { Projection } from './projection.ts';
import { type AsOf, NotYetThere, type Page, type ReadOptions } from './read-models.ts';
import { transaction } from './transaction.ts';

export interface Reading {
  readonly pool: Pool;
  readonly system: System;
  /** How long `waitFor` waits before it gives up. */
  readonly waitForMs: number;
  /**
   * Has the log say that a time (ISO 8601) is over, and answers where. Null: it is not. Absent
   * where nothing can be written: then a time is over only when something later was posted.
   */
  readonly settle?: (time: string) => Promise<Position | null>;
}

const POLL_MS = 15;

/** Rows and the position that they reflect, from one snapshot; waits for a position first. */
export async function reflecting<Value>(
  { pool, system, waitForMs }: Reading,
  projection: Projection,
  { waitFor }: ReadOptions,
  read: (client: PoolClient) => Promise<Value>,
): Promise<AsOf<Value>> {
  const deadline = system.now() + waitForMs;
  for (;;) {
    const answer = await transaction(
      pool,
      async (client) => {
        const { schema, position, time } = await answering(client, projection);
        if (schema === null) return { position };
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

export interface Answering {
  /** Null while none answers: this version of the read model is built for the first time. */
  readonly schema: string | null;
  readonly position: Position;
  readonly time: string;
}

/** Which schema answers is part of the snapshot, so that no answer mixes two of them. */
export async function answering(client: PoolClient, projection: Projection): Promise<Answering> {
  const { rows } = await client.query<{ schema: string; position: string; reached_at: Date }>({
    name: 'who answers',
    text: `select schema, position, reached_at
      from projections.live l join projections.checkpoints c using (schema)
      where l.name = $1 and l.version = $2`,
    values: [projection.name, projection.version],
  });
  const [row] = rows;
  if (!row) return { schema: null, position: START, time: '' };
  return { schema: row.schema, position: row.position, time: row.reached_at.toISOString() };
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
