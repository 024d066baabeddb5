import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { LogDiverged, NO_STREAM } from '../../../src/event-store.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { append, appended, collect, freshStream, newEvent, newEvents } from './cases/given.ts';

let database: FreshDatabase;
let pool: pg.Pool;
let store: PostgresEventStore;

beforeEach(async () => {
  database = await freshDatabase();
  pool = database.pool;
  store = await PostgresEventStore.open({ pool, system: realSystem });
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

describe('L1 an event is never changed or deleted', () => {
  const changes = [
    `update log.events set data = '{}'`,
    'update log.events set position = position + 1 where false',
    'delete from log.events',
    'truncate log.events',
    'delete from log.log_head',
    'truncate log.log_head',
  ];

  for (const change of changes) {
    it(`L1 refused by grants, and by a trigger for who grants itself all: ${change}`, async () => {
      await appended(store, freshStream(), NO_STREAM, newEvents(3));
      const before = await collect(store.readAll());
      const { rows } = await pool.query(
        'select usesuper from pg_user where usename = current_user',
      );
      if (!rows[0]?.usesuper)
        await expect(pool.query(change)).rejects.toMatchObject({ code: '42501' });
      await pool.query('grant all on log.events, log.log_head to current_user');
      await expect(pool.query(change)).rejects.toThrow('never changed or deleted');
      expect(await collect(store.readAll())).toEqual(before);
    });
  }

  it('L1 the triggers are on in every kind of session, a replica among them', async () => {
    const { rows } = await pool.query(
      `select tgenabled from pg_trigger where tgname in ('refuse_changes', 'refuse_removal')`,
    );
    expect(rows).toEqual([{ tgenabled: 'A' }, { tgenabled: 'A' }]);
  });
});

it('processes that open a log at once create it once', async () => {
  const other = await freshDatabase();
  const pools = Array.from({ length: 8 }, () =>
    openPool(other.url, { max: 2, applicationName: 'open' }),
  );
  const opened = pools.map((each) => PostgresEventStore.open({ pool: each, system: realSystem }));
  const stores = await Promise.all(opened);
  const stream = freshStream();
  for (const [index, each] of stores.entries()) {
    await appended(each, stream, index - 1, newEvents(1));
  }
  expect(await collect(stores[0]?.readAll() ?? store.readAll())).toHaveLength(8);
  await Promise.all(stores.map((each) => each.close()));
  await Promise.all(pools.map((each) => each.end()));
  await other.drop();
});

it('a filter that matches nearly nothing is answered in pages, to the last event', async () => {
  const stream = freshStream('rare');
  await appended(store, stream, NO_STREAM, [newEvent()]);
  for (let part = 0; part < 21; part++) {
    await appended(store, freshStream('usual'), NO_STREAM, newEvents(1_000));
  }
  await appended(store, stream, 0, [newEvent()]);
  const filter = { streamPrefixes: ['rare'] };
  expect(await collect(store.readAll({ filter }))).toHaveLength(2);
  const checkpoints: boolean[] = [];
  for await (const delivery of store.subscribe({ filter })) {
    if (delivery.kind === 'checkpoint') checkpoints.push(delivery.caughtUp);
    if (checkpoints.at(-1)) break;
  }
  expect(checkpoints).toEqual([false, true]);
});

it('subscriptions hold two connections in all, and none after close', async () => {
  const many = openPool(database.url, { max: 6, applicationName: 'many subscriptions' });
  const watched = await PostgresEventStore.open({ pool: many, system: realSystem });
  const abort = new AbortController();
  const running = Array.from({ length: 100 }, async () => {
    for await (const _ of watched.subscribe({ signal: abort.signal }));
  });
  await appended(watched, freshStream(), NO_STREAM, newEvents(1));
  const held = () => many.totalCount - many.idleCount;
  await vi.waitFor(() => expect(held()).toBe(2), 20_000);
  abort.abort();
  await Promise.all(running);
  await watched.close();
  expect(held()).toBe(0);
  await many.end();
  const count = `select from pg_stat_activity where application_name = 'many subscriptions'`;
  await vi.waitFor(async () => expect((await pool.query(count)).rowCount).toBe(0), 5_000);
});

it('an acknowledged append is on disk, whatever the role has set', async () => {
  await pool.query(
    `alter role current_user in database ${databaseName()} set synchronous_commit = off`,
  );
  const other = openPool(database.url, { max: 1, applicationName: 'lax' });
  const lax = await PostgresEventStore.open({ pool: other, system: realSystem });
  await appended(lax, freshStream(), NO_STREAM, newEvents(1));
  // The store holds the only connection of its pool: a trigger tells what it was set to.
  await pool.query(
    `create function log.say_setting() returns trigger language plpgsql as $$
     begin raise exception 'synchronous_commit is %', current_setting('synchronous_commit'); end $$;
     grant trigger on log.events to current_user;
     create trigger say_setting before insert on log.events
       for each statement execute function log.say_setting()`,
  );
  await expect(append(lax, freshStream(), NO_STREAM, newEvents(1))).rejects.toThrow(
    'synchronous_commit is on',
  );
  await lax.close();
  await other.end();
});

describe('a log that is not the one seen before', () => {
  const changes = {
    'ends earlier': 'position = position - 1',
    'ends there with another token': 'token = gen_random_uuid()',
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`it ${what}: LogDiverged, from then on`, async () => {
      const stream = freshStream();
      await appended(store, stream, NO_STREAM, newEvents(2));
      const before = await collect(store.readAll());
      await pool.query(`update log.log_head set ${change}`);
      for (let attempt = 0; attempt < 2; attempt++) {
        await expect(append(store, stream, 1, newEvents(1))).rejects.toThrow(LogDiverged);
      }
      expect(await collect(store.readAll())).toEqual(before);
    });
  }

  it('it went on past our end with other events: LogDiverged after the reconnect', async () => {
    const mine = openPool(database.url, { max: 2, applicationName: 'mine' });
    const watched = await PostgresEventStore.open({ pool: mine, system: realSystem });
    await appended(watched, freshStream(), NO_STREAM, newEvents(3));
    // As if a replica had taken over that lacked the last event, and others wrote to it since.
    await pool.query(`create table log.other (like log.events including all);
      insert into log.other select * from log.events where position < 3;
      alter table log.events rename to lost; alter table log.other rename to events;
      update log.log_head set position = 2, token = gen_random_uuid()`);
    const other = await PostgresEventStore.open({ pool, system: realSystem });
    const stream = freshStream();
    await appended(other, stream, NO_STREAM, newEvents(4));
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mine'`,
    );
    await expect(append(watched, stream, 3, newEvents(1))).rejects.toThrow(LogDiverged);
    await appended(other, stream, 3, newEvents(1));
    await Promise.all([other.close(), watched.close()]);
    await mine.end();
  });

  it('a subscription says so too, rather than pass over events', async () => {
    const position = await appended(store, freshStream(), NO_STREAM, newEvents(3));
    const following = collect(store.subscribe({ after: position }));
    await realSystem.sleep(100);
    await pool.query('update log.log_head set position = position - 2');
    await expect(following).rejects.toThrow(LogDiverged);
  });
});

function databaseName(): string {
  return new URL(database.url).pathname.slice(1);
}

it('notifications that others send change nothing', async () => {
  const stream = freshStream();
  const abort = new AbortController();
  const following = collect(store.subscribe({ signal: abort.signal }));
  for (const payload of ['', 'nonsense', '9999999999999999', '-1']) {
    await pool.query('select pg_notify($1, $2)', ['log_of_log', payload]);
    await appended(store, freshStream(), NO_STREAM, newEvents(1));
  }
  await realSystem.sleep(700);
  await appended(store, stream, NO_STREAM, newEvents(1));
  await realSystem.sleep(100);
  abort.abort();
  const deliveries = await following;
  expect(deliveries.filter(({ kind }) => kind === 'event')).toHaveLength(5);
  // No busy loop either: a checkpoint comes with each growth only.
  expect(deliveries.length).toBeLessThan(12);
});
