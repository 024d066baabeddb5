import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresArchive } from '../../../src/adapters/postgres/archive.ts';
import { createBookkeeping } from '../../../src/adapters/postgres/bookkeeping.ts';
import { PostgresKeyRegister } from '../../../src/adapters/postgres/key-register.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { StoreUnavailable } from '../../../src/event-store.ts';
import { archiveContract } from '../../archive.contract.ts';
import { keyRegisterContract } from '../../keys.contract.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
let pool: Pool;
const registers: PostgresKeyRegister[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, { max: 24, applicationName: 'bookkeeping' });
  await createBookkeeping(pool);
});
afterAll(async () => {
  for (const register of registers) register.close();
  await pool.end();
  await database.drop();
});

/** Every fourth has the log elsewhere: it flushes for itself. */
function register(): PostgresKeyRegister {
  const opened = new PostgresKeyRegister({ pool, isBesideLog: registers.length % 4 !== 0 });
  registers.push(opened);
  if (registers.length > 20) registers.shift()?.close();
  return opened;
}

keyRegisterContract('postgres', register);
archiveContract('postgres', () => postgresArchive(pool, realSystem));

it('a claim that cannot be made is no claim: StoreUnavailable, and the next one connects', async () => {
  const keys = register();
  await keys.claim([{ keys: ['x'], stream: 'one' }]);
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'bookkeeping' and pid <> pg_backend_pid()`);
  const broken = keys.claim([{ keys: ['y'], stream: 'one' }]);
  await broken.catch((error) => expect(error).toBeInstanceOf(StoreUnavailable));
  expect(await keys.claim([{ keys: ['x'], stream: 'two' }])).toEqual(new Map([['x', 'one']]));
});
