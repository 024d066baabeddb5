import { afterAll, beforeAll } from 'vitest';
import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { createBookkeeping } from '../../../src/adapters/postgres/bookkeeping.ts';
import { KEYS_TABLE, PostgresKeyRegister } from '../../../src/adapters/postgres/key-register.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { eventStoreContract } from '../../event-store.contract.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { claimingContract } from './cases/claims.ts';

let database: FreshDatabase;
let count = 0;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  for (const close of closers) await close();
  await database.drop();
});

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

claimingContract('postgres', async () => {
  const { pool } = database;
  await createBookkeeping(pool);
  const log = { pool, system: realSystem, schema: 'claiming', keysTable: KEYS_TABLE };
  const store = await PostgresEventStore.open(log);
  const keys = new PostgresKeyRegister({ pool, isBesideLog: true });
  closers.push(async () => {
    keys.close();
    await store.close();
  });
  return { store, keys };
});
