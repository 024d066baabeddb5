import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { type RecordedEvent, START } from '../../../src/event-store.ts';
import { openReadModels } from '../../../src/projections/all.ts';
import { balances } from '../../../src/projections/balances/apply.ts';
import { Follower } from '../../../src/projections/follower.ts';
import { journal } from '../../../src/projections/journal/apply.ts';
import { LogEvent } from '../../../src/projections/log-event.ts';
import { schemaOf } from '../../../src/projections/projection.ts';
import type { ReadModels } from '../../../src/projections/read-models.ts';
import { createSchema, pointAt } from '../../../src/projections/schema.ts';
import { transaction } from '../../../src/projections/transaction.ts';
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
    const setup = { projection, schema, pool, system: realSystem };
    let follower = await Follower.open(setup);
    let at = START;
    for (let from = 0; from < log.length; ) {
      const batch = log.slice(from, from + 1 + Math.floor(random() * 400));
      from += batch.length;
      const to = batch.at(-1)?.position ?? at;
      const events = batch.map((recorded) => LogEvent.of(recorded));
      await follower.takePage({ after: at, upTo: to, events, isEnd: true });
      at = to;
      // As another process would go on: with nothing in memory.
      if (random() < 0.5) follower = await Follower.open(setup);
    }
    await transaction(pool, (client) => pointAt(client, projection, schema));
  }
  const readModels = openReadModels({ pool, system: realSystem, waitForMs: 0 });
  return { database, readModels, positions: log.map(({ position }) => position) };
}
