import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { advance } from '../../src/projections/advancing.ts';
import { Follower } from '../../src/projections/follower.ts';
import { LogPages } from '../../src/projections/log-pages.ts';
import { createSchema } from '../../src/projections/schema.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { notes } from './notes/projection.ts';
import { PlainLog } from './plain-log.ts';

const PAGE_EVENTS = 5;
const PAGES = 12;

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Postgres ends a transaction in which nothing is asked for a minute. */
it('a rebuild that others slow down commits before its transaction would be ended', async () => {
  const { pool } = database;
  const [store, projection, schema] = [new MemoryEventStore(), notes(), 'slowed'];
  await new PlainLog(store).append(PAGES * PAGE_EVENTS);
  await createSchema(pool, projection, schema);
  let nowMs = 0;
  const system = { ...realSystem, now: () => nowMs };
  const follower = await Follower.open({ projection, schema, pool, system });
  const pages = new LogPages({
    store,
    signal: new AbortController().signal,
    pageEvents: PAGE_EVENTS,
  }).open();
  const committed: string[] = [];
  const pace = async () => {
    nowMs += 10_000;
    committed.push(follower.committed);
  };
  await advance(
    { follower, pages, signal: new AbortController().signal, pace },
    await store.head(),
  );
  // Every third page: after 20 s.
  expect(new Set(committed).size).toBe(1 + PAGES / 3);
});
