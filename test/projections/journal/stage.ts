import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { type RecordedEvent, START } from '../../../src/event-store.ts';
import { openReadModels } from '../../../src/projections/all.ts';
import { balances } from '../../../src/projections/balances/apply.ts';
import { journal } from '../../../src/projections/journal/apply.ts';
import { schemaOf } from '../../../src/projections/projection.ts';
import type { ReadModels } from '../../../src/projections/read-models.ts';
import { commitBatch } from '../../../src/projections/runner.ts';
import { createSchema } from '../../../src/projections/schema.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { appendHistory, type Happening } from './history.ts';

export interface Books {
  readonly database: FreshDatabase;
  readonly readModels: ReadModels;
  /** Of each event, in order. */
  readonly positions: readonly string[];
}

/** Both read models of money, built from a history in batches of random sizes. */
export async function buildBooks(
  history: readonly Happening[],
  random: () => number,
): Promise<Books> {
  const database = await freshDatabase();
  const { pool } = database;
  const store = new MemoryEventStore();
  await appendHistory(store, history);
  const log: RecordedEvent[] = [];
  for await (const recorded of store.readAll()) log.push(recorded);
  for (const projection of [journal, balances]) {
    const schema = schemaOf(projection);
    await createSchema(pool, projection, schema);
    const types: readonly string[] = projection.types;
    let fold = projection.open();
    let at = START;
    for (let from = 0; from < log.length; ) {
      const batch = log.slice(from, from + 1 + Math.floor(random() * 400));
      from += batch.length;
      const to = batch.at(-1)?.position ?? at;
      const mine = batch.filter(({ type }) => types.includes(type));
      await commitBatch(projection, schema, pool, realSystem, mine, at, to, fold);
      at = to;
      // As another process would go on: with nothing in memory.
      if (random() < 0.5) fold = projection.open();
    }
  }
  const readModels = openReadModels({ pool, system: realSystem, waitForMs: 0 });
  return { database, readModels, positions: log.map(({ position }) => position) };
}
