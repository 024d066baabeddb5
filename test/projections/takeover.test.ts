import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { rebuild } from '../../src/projections/rebuild.ts';
import { compareWithReplay } from '../../src/projections/replay.ts';
import { type ProjectionRun, runProjection } from '../../src/projections/runner.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { hiding } from './hiding-store.ts';
import { notes } from './notes/projection.ts';
import { eventsOf, PlainLog } from './plain-log.ts';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(() => database.drop());

const projection = notes();

/** As another process has it: with connections of its own. */
function processOf(store: MemoryEventStore, errors: string[]) {
  const pool = openPool(database.url, { max: 4, applicationName: 'test' });
  const ending = new AbortController();
  const shell = { store, pool, system: realSystem, signal: ending.signal };
  const onError = (_: string, error: unknown) => errors.push(String(error));
  const run = runProjection(projection, { ...shell, onError });
  const end = async () => {
    ending.abort();
    await run.ended;
    await pool.end();
  };
  return { run, end };
}

const isAt = (run: ProjectionRun, store: MemoryEventStore) =>
  eventually('it is at the end', async () => run.health().position === (await store.head()));

it('P1 of two processes one works, and the other takes over when that one loses its connection', async () => {
  const store = new MemoryEventStore();
  const log = new PlainLog(store);
  const errors: string[] = [];
  const processes = [processOf(store, errors), processOf(store, errors)];
  const runs = processes.map(({ run }) => run);
  await log.append(20);
  const byRole = () =>
    runs.toSorted((a, b) => Number(a.health().isStandby) - Number(b.health().isStandby));
  await eventually('one stands by', async () => byRole()[1]?.health().isStandby);
  const [working, standing] = byRole() as [ProjectionRun, ProjectionRun];
  expect(working.health().isStandby).toBe(false);
  await Promise.all(runs.map((run) => isAt(run, store)));
  expect(standing.health()).toMatchObject({ caughtUp: true, error: null });
  // Its connections break one by one, the one with the lock among them, while events come.
  const began = Date.now();
  const writing = log.append(400);
  const { rowCount } = await database.pool.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
     where l.locktype = 'advisory' and l.granted and d.datname = current_database()`,
  );
  expect(rowCount).toBe(1);
  await writing;
  await eventually('one of them works again', async () => {
    await isAt(working, store);
    return runs.filter((run) => !run.health().isStandby).length === 1;
  });
  expect(Date.now() - began).toBeLessThan(5_000);
  await Promise.all(runs.map((run) => isAt(run, store)));
  const found = await compareWithReplay(projection, {
    ...{ store, pool: database.pool, system: realSystem },
  });
  expect(found.equal).toBe(true);
  await Promise.all(processes.map(({ end }) => end()));
  for (const error of errors) expect(error).toMatch(/lock of notes_v1 broke|terminat/);
});

it('P2 a hole stops a projection for good, also after a restart, until it is built anew', async () => {
  const store = new MemoryEventStore();
  const { pool } = database;
  const projection = { ...notes(), name: 'holed' };
  await new PlainLog(store).append(30);
  const log = await eventsOf(store);
  let isHidden = true;
  const hidden = log.find((e) => log.some((l) => l.stream === e.stream && l.revision > e.revision));
  const holed = hiding(store, ({ id }) => isHidden && id === hidden?.id);
  const alarms: string[] = [];
  const start = (signal: AbortSignal) =>
    runProjection(projection, {
      ...{ store: holed, pool, system: realSystem, signal },
      onError: (name, error) => alarms.push(`${name}: ${error}`),
    });
  const first = start(new AbortController().signal);
  await first.ended;
  expect(first.health()).toMatchObject({ isStopped: true, caughtUp: false });
  expect(alarms).toEqual([expect.stringMatching(/^holed: LogHole: wallet-\d/)]);
  isHidden = false;
  const again = start(new AbortController().signal);
  await again.ended;
  expect(again.health().error).toMatch(/build it anew: rebuild holed/);
  const signal = new AbortController().signal;
  const rebuilt = await rebuild(projection, { store: holed, pool, system: realSystem, signal });
  expect(rebuilt.tookOver).toBe(true);
  const ending = new AbortController();
  const mended = start(ending.signal);
  await isAt(mended, store);
  expect(mended.health().error).toBeNull();
  ending.abort();
  await mended.ended;
});
