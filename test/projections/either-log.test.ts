import { expect, it } from 'vitest';
import { NamespacedEventStore } from '../../src/adapters/event-store/namespaced.ts';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { openStage } from '../adapters/event-store/eventstoredb-given.ts';
import { freshDatabase } from '../support/postgres.ts';
import { appendSampleLog, rowsFrom } from './rows-from.ts';

/*
 * Goal: a read model is a function of the events, not of their store. Method: the same
 * events go to each store, and all rows are compared, positions by the place that they stand for.
 */
it('P3 read models rebuilt from either log of the same events are equal, row for row', async () => {
  const database = await freshDatabase();
  const stage = await openStage({ answerMs: 5_000, patienceMs: 10_000 });
  const { pool } = database;
  const postgres = await PostgresEventStore.open({ pool, system: realSystem });
  await appendSampleLog(postgres);
  const expected = await rowsFrom(postgres, pool);
  expect(Object.values(expected).flat().length).toBeGreaterThan(40);
  expect(JSON.stringify(expected)).not.toMatch(/"\d{16}"/);
  // Then once more beside that ledger in the same log, of which it must see nothing.
  for (const store of [stage.store, new NamespacedEventStore(stage.store, 'another')]) {
    await appendSampleLog(store);
    expect(await rowsFrom(store, pool)).toEqual(expected);
  }
  await postgres.close();
  await stage.close();
  await database.drop();
});
