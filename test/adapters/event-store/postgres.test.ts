import { afterAll, beforeAll } from 'vitest';
import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { eventStoreContract } from '../../event-store.contract.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Each log is a schema of its own; each way to it has connections of its own. */
eventStoreContract('postgres', async () => {
  const schema = `Log ${++count}`;
  const closing: (() => Promise<unknown>)[] = [];
  const open = async () => {
    const pool = openPool(database.url, { max: 8, applicationName: schema });
    const store = await PostgresEventStore.open({ pool, system: realSystem, schema });
    closing.push(() => store.close().then(() => pool.end()));
    return store;
  };
  const store = await open();
  return {
    store,
    another: open,
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
});
