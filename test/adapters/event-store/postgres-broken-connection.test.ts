import { afterEach, beforeEach, expect, it } from 'vitest';
import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { freePort } from '../../../src/adapters/processes.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { NO_STREAM, StoreUnavailable } from '../../../src/event-store.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { append, freshStream, idsOf, newEvents, take } from './cases/given.ts';
import { expectNothingLostOrDoubled, newTally, writeUntil } from './writers.ts';

const ROUNDS = 200;
/** Connections killed. */
const ENOUGH = 50;

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

it('connections killed under load: with the same ids nothing is lost and nothing doubled', async () => {
  const names = ['victim 1', 'victim 2', 'victim 3', 'victim 4'];
  const pools = names.map((name) => openPool(database.url, { max: 3, applicationName: name }));
  const stores = await Promise.all(
    pools.map((pool) => PostgresEventStore.open({ pool, system: realSystem })),
  );
  const tally = newTally();
  let isOver = false;
  const writing = stores.map((store) => writeUntil(store, () => isOver, tally));
  let killed = 0;
  // How many are at work at a look depends on the machine, so it looks until there were enough.
  for (let round = 0; round < ROUNDS || (killed <= ENOUGH && round < 10 * ROUNDS); round++) {
    const { rowCount } = await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'victim %' and state = 'active'`,
    );
    killed += rowCount ?? 0;
    await realSystem.sleep(10);
  }
  isOver = true;
  await Promise.all(writing);
  const [first] = stores;
  if (first) await expectNothingLostOrDoubled(first, tally);
  console.log(`killed ${killed} connections under ${tally.acknowledged.length} events`, {
    ...tally,
    acknowledged: undefined,
  });
  expect(killed).toBeGreaterThan(ENOUGH);
  expect(tally.acknowledged.length).toBeGreaterThan(100);
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all(pools.map((pool) => pool.end()));
});

it('a subscription goes on after its connections were killed', async () => {
  const pool = openPool(database.url, { max: 5, applicationName: 'follower' });
  const store = await PostgresEventStore.open({ pool, system: realSystem });
  const events = newEvents(60);
  const taken = take(store.subscribe(), events.length);
  const stream = freshStream();
  for (const [index, event] of events.entries()) {
    if (index % 5 === 0) {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'follower'`,
      );
    }
    expect(await append(store, stream, index - 1, [event])).toMatchObject({ ok: true });
  }
  expect(idsOf(await taken)).toEqual(idsOf(events));
  await store.close();
  await pool.end();
});

it('no server there: StoreUnavailable for each part, after a few seconds; reads say it too', async () => {
  const pool = openPool(database.url, { max: 3, applicationName: 'stranded' });
  const store = await PostgresEventStore.open({ pool, system: realSystem });
  const url = new URL(database.url);
  url.port = `${await freePort()}`;
  // The pool's next connections go where nobody listens.
  pool.options.connectionString = url.href;
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'stranded'`,
  );
  const started = Date.now();
  const outcomes = await store.append([
    { stream: freshStream(), expectedRevision: NO_STREAM, events: newEvents(1) },
    { stream: freshStream(), expectedRevision: NO_STREAM, events: newEvents(1) },
  ]);
  expect(Date.now() - started).toBeLessThan(15_000);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ ok: false, error: { name: 'StoreUnavailable' } });
  }
  await expect(store.head()).rejects.toThrow(StoreUnavailable);
  await store.close();
  await pool.end();
});
