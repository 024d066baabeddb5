import type pg from 'pg';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

const MAX = 4;
let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, { max: MAX, applicationName: 'frugal' });
  return async () => {
    await pool.end();
    await database.drop();
  };
});

afterEach(async () => {
  vi.useRealTimers();
  // Each test starts with one.
  const held = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
  for (const [index, client] of held.entries()) client.release(index > 0);
});

test('statements that are asked for at once share the connections that are there', async () => {
  await pool.query('select 1');
  // However slow the machine is, no patience ends.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  await Promise.all(Array.from({ length: 50 }, () => pool.query('select 1')));
  expect(pool).toMatchObject({ totalCount: 1, waitingCount: 0 });
});

test('while none is released it grows, up to its most, and gives what it has in turn', async () => {
  const held = await Promise.all(Array.from({ length: MAX }, () => pool.connect()));
  expect(pool.totalCount).toBe(MAX);
  const order: string[] = [];
  const asked = ['first', 'second'].map(async (name) => {
    const client = await pool.connect();
    order.push(name);
    client.release();
  });
  for (const client of held) client.release();
  await Promise.all(asked);
  expect(order).toEqual(['first', 'second']);
  expect(pool.totalCount).toBe(MAX);
});

test('a connection that broke is replaced for those who wait', async () => {
  const held = await Promise.all([pool.connect(), pool.connect()]);
  const asked = Promise.all([pool.query('select 1'), pool.query('select 2')]);
  for (const client of held) client.release(true);
  expect((await asked).map(({ rowCount }) => rowCount)).toEqual([1, 1]);
});

test('whoever waits when it is ended is told so', async () => {
  const other = openPool(database.url, { max: MAX, applicationName: 'ended' });
  const client = await other.connect();
  const asked = expect(other.query('select 1')).rejects.toThrow('after calling end');
  const called = new Promise((resolve) => other.connect((error) => resolve(error)));
  const ended = other.end();
  client.release();
  await asked;
  expect(await called).toMatchObject({ message: expect.stringContaining('after calling end') });
  await ended;
});

test('what breaks is told, but not of a pool that is being ended', async () => {
  const told = await Promise.all(
    [false, true].map(async (isEnding) => {
      const errors: Error[] = [];
      const options = {
        max: 1,
        applicationName: 'breaking',
        onError: (e: Error) => errors.push(e),
      };
      const other = openPool(database.url, options);
      const client = await other.connect();
      const broken = new Promise((resolve) => client.once('end', () => resolve(undefined)));
      const ended = isEnding ? other.end() : undefined;
      await client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {});
      await broken;
      client.release(true);
      await (ended ?? other.end());
      return errors.length > 0;
    }),
  );
  expect(told).toEqual([true, false]);
});
