import type { Pool } from 'pg';
import { type EventStore, type Position, type RecordedEvent, START } from '../event-store.ts';
import type { System } from '../system.ts';
import { filterOf, type Projection, schemaOf } from './projection.ts';
import { commitBatch } from './runner.ts';
import { createSchema, dropSchema, readCheckpoint, transaction } from './schema.ts';

const BATCH_EVENTS = 1_000;

export interface Comparison {
  readonly name: string;
  readonly position: Position;
  readonly events: number;
  readonly live: string;
  readonly replayed: string;
  readonly equal: boolean;
}

/** Builds a read model from event 1 beside the live one and compares them, row for row. */
export async function compareWithReplay(
  projection: Projection,
  { store, pool, system }: { store: EventStore; pool: Pool; system: System },
): Promise<Comparison> {
  const live = schemaOf(projection);
  const scratch = `${live}_replay_${system.uuid().slice(0, 8)}`;
  await createSchema(pool, projection, scratch);
  try {
    const replay = { at: START, events: 0 };
    const extend = async (until: Position) => {
      let batch: RecordedEvent[] = [];
      const flush = async (to: Position) => {
        await commitBatch(projection, scratch, pool, system, batch, replay.at, to);
        replay.events += batch.length;
        replay.at = to;
        batch = [];
      };
      const filter = filterOf(projection);
      for await (const recorded of store.readAll({ after: replay.at, filter })) {
        if (recorded.position > until) break;
        batch.push(recorded);
        if (batch.length >= BATCH_EVENTS) await flush(recorded.position);
      }
      if (replay.at !== until) await flush(until);
    };
    // The live one may move on meanwhile: follow it until both stand at one position.
    for (;;) {
      await extend((await readCheckpoint(pool, live)).position);
      const found = await digestAt(pool, projection, live);
      if (found.position !== replay.at) continue;
      const replayed = (await digestAt(pool, projection, scratch)).digest;
      const { position, digest } = found;
      const { name } = projection;
      const equal = digest === replayed;
      return { name, position, events: replay.events, live: digest, replayed, equal };
    }
  } finally {
    await dropSchema(pool, scratch);
  }
}

/** Of all rows, whatever their order, with the position that they reflect. */
export function digestAt(
  pool: Pool,
  projection: Projection,
  schema: string,
): Promise<{ position: Position; digest: string }> {
  const rows = projection.tableNames
    .map((table) => `select '${table}' || t::text as line from ${schema}.${table} t`)
    .join(' union all ');
  return transaction(
    pool,
    async (client) => {
      const { position } = await readCheckpoint(client, schema);
      const { rows: found } = await client.query<{ digest: string }>(
        `select md5(coalesce(string_agg(line, e'\\n' order by line collate "C"), '')) as digest
         from (${rows}) lines`,
      );
      return { position, digest: found[0]?.digest ?? '' };
    },
    'begin isolation level repeatable read read only',
  );
}
