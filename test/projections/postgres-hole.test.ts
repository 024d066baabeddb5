import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBookkeeping } from '../../src/adapters/postgres/bookkeeping.ts';
import { realSystem } from '../../src/adapters/system.ts';
import type { EventStore } from '../../src/event-store.ts';
import { openLog } from '../../src/open-log.ts';
import { readCheckpoint } from '../../src/projections/checkpoint.ts';
import { LogHole } from '../../src/projections/continuity.ts';
import { LogPages } from '../../src/projections/log-pages.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { notes } from './notes/projection.ts';
import { eventsOf, PlainLog } from './plain-log.ts';

/*
 * Goal: no checkpoint moves over an event that Postgres lost, though its stream never goes on, and
 * though nothing is remembered of before. Method: the last event of a stream is taken out of the
 * log as no grant and no trigger would let anybody; both ways to a page must see it.
 */
let database: FreshDatabase;
let store: EventStore;
let lost: string;

beforeAll(async () => {
  database = await freshDatabase();
  const { pool } = database;
  await createBookkeeping(pool);
  // As the house opens it, with all that it promises.
  store = await openLog({}, pool, realSystem);
  await new PlainLog(store, { streams: 10 }).append(60);
  const log = await eventsOf(store);
  const isLast = ({ stream, revision }: (typeof log)[number]) =>
    !log.some((other) => other.stream === stream && other.revision > revision);
  lost = log.find(isLast)?.position ?? '';
  await pool.query('grant delete on log.events to current_user');
  await pool.query('alter table log.events disable trigger all');
  const { rowCount } = await pool.query('delete from log.events where position = $1', [
    Number(lost),
  ]);
  expect(rowCount).toBe(1);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

it('P2 a lost event is seen on the page that it is missing from, read at once or followed', async () => {
  const ending = new AbortController();
  const { signal } = ending;
  const before = `${Number(lost) - 3}`.padStart(16, '0');
  const read = new LogPages({ store, signal }).read(before);
  await expect(read).rejects.toThrow(LogHole);
  const followed = new LogPages({ store, signal }).grown(before, signal);
  await expect(followed).rejects.toThrow(LogHole);
  ending.abort();
});

it('P2 it stops a read model before it, whose checkpoint never moves over it', async () => {
  const { pool } = database;
  const signal = new AbortController().signal;
  const run = runProjection(notes(), {
    ...{ store, pool, system: realSystem, signal, onError: () => {} },
  });
  await run.ended;
  expect(run.health()).toMatchObject({ isStopped: true, caughtUp: false });
  const { position } = await readCheckpoint(pool, run.health().schema ?? '');
  expect(position < lost).toBe(true);
});
