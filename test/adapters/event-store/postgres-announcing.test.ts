import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parsePosition } from '../../../src/adapters/event-store/positions.ts';
import { Announcer } from '../../../src/adapters/event-store/postgres/announcer.ts';
import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { NO_STREAM, type Position } from '../../../src/event-store.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { appended, freshStream, newEvents } from './cases/given.ts';

let database: FreshDatabase;
let store: PostgresEventStore;
let listener: pg.PoolClient;
/** Where the log ended when each notification came. */
let heard: Promise<number>[];

beforeEach(async () => {
  database = await freshDatabase();
  const { pool } = database;
  store = await PostgresEventStore.open({ pool, system: realSystem });
  listener = await pool.connect();
  heard = [];
  listener.on('notification', () => {
    heard.push(store.head().then(parsePosition, () => 0));
  });
  await listener.query('listen log_of_log');
});
afterEach(async () => {
  listener.release(true);
  await store.close();
  await database.drop();
});

const appendOne = () => appended(store, freshStream(), NO_STREAM, newEvents(1));
/** The furthest end that somebody who never looks by himself has been told of. */
const toldOf = async () => Math.max(0, ...(await Promise.all(heard)));

it('a lone append is announced', async () => {
  const position = await appendOne();
  await expect.poll(toldOf).toBe(parsePosition(position));
});

it('of many appends some tell of themselves, and the last is told of when no more comes', async () => {
  const positions: Position[] = [];
  for (let count = 0; count < 200; count++) positions.push(await appendOne());
  await expect.poll(toldOf).toBe(parsePosition(positions.at(-1) ?? ''));
  expect(heard.length).toBeLessThan(positions.length / 2);
});

it('what was not told of yet is when the store closes', async () => {
  // So that the next ones are fast.
  await appendOne();
  await realSystem.sleep(50);
  const told = await appendOne();
  await expect.poll(toldOf, { interval: 1 }).toBe(parsePosition(told));
  // Too soon to tell of itself.
  const last = await appendOne();
  await store.close();
  await expect.poll(toldOf).toBe(parsePosition(last));
});

it('a clock that is set back keeps nobody from telling', () => {
  const times = [1_000_000, 1_000_005, 1_000_020, 400_000, 400_005];
  const { pool } = database;
  const now = () => times[0] ?? 0;
  const closing = new AbortController().signal;
  const announcer = new Announcer({
    ...{ pool, channel: 'news', system: { ...realSystem, now }, closing },
  });
  const told: string[] = [];
  for (; times.length > 0; times.shift()) told.push(announcer.channel());
  expect(told).toEqual(['news', '', 'news', 'news', '']);
});
