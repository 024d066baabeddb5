import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { Interrupted } from '../../src/projections/advancing.ts';
import { LogPages } from '../../src/projections/log-pages.ts';
import type { Projection } from '../../src/projections/projection.ts';
import { NotYetThere } from '../../src/projections/read-models.ts';
import { reflecting } from '../../src/projections/reading.ts';
import { dropOld, type RebuildOptions, rebuild } from '../../src/projections/rebuild.ts';
import { type ProjectionRun, runProjection } from '../../src/projections/runner.ts';
import { readStatuses } from '../../src/projections/status.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { notes } from './notes/projection.ts';
import { PlainLog } from './plain-log.ts';

let database: FreshDatabase;
let store: MemoryEventStore;
let log: PlainLog;
let ending: AbortController;
let errors: string[];
const runs: ProjectionRun[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  store = new MemoryEventStore();
  log = new PlainLog(store);
  ending = new AbortController();
  errors = [];
  await log.append(300);
});

afterEach(async () => {
  ending.abort();
  await Promise.all(runs.splice(0).map(({ ended }) => ended));
  await database.drop();
  expect(errors).toEqual([]);
});

function run(projection: Projection, pages?: LogPages): ProjectionRun {
  const shell = { store, pool: database.pool, system: realSystem, signal: ending.signal };
  const onError = (_: string, error: unknown) => errors.push(String(error));
  const started = runProjection(projection, { ...shell, onError, ...(pages ? { pages } : {}) });
  runs.push(started);
  return started;
}

const options = (change: Partial<RebuildOptions> = {}): RebuildOptions => ({
  ...{ store, pool: database.pool, system: realSystem, signal: new AbortController().signal },
  ...change,
});

const isAtEnd = (started: ProjectionRun) =>
  eventually('it is at the end', async () => started.health().position === (await store.head()));

/** The answer, and how many rows it is drawn from: as many as its position says. */
const read = (projection: Projection) =>
  reflecting(
    { pool: database.pool, system: realSystem, waitForMs: 0 },
    projection,
    {},
    async (client) => {
      const { rows } = await client.query<{ lines: number; events: number }>(
        `select (select count(*)::int from lines) as lines,
         (select coalesce(sum(events), 0)::int from notes) as events`,
      );
      return rows[0];
    },
  );

const live = async () =>
  (
    await database.pool.query<{ schema: string }>(
      'select schema from projections.live order by schema',
    )
  ).rows.map(({ schema }) => schema);

it('P1 commits at the end of a log that ends where a page does', async () => {
  const pages = new LogPages({ store, signal: ending.signal, pageEvents: 100 });
  await isAtEnd(run(notes(), pages));
});

describe('a read model built anew beside the live one', () => {
  it('P3 takes over during writes with equal rows; readers always have an answer that never goes back', async () => {
    const projection = notes();
    const running = run(projection);
    await isAtEnd(running);
    let isOver = false;
    let reads = 0;
    const reading = (async () => {
      for (let last = ''; !isOver; reads++) {
        const { position, value } = await read(projection);
        expect(position >= last).toBe(true);
        expect(value).toEqual({ lines: Number(position), events: Number(position) });
        last = position;
      }
    })();
    const writing = (async () => {
      while (!isOver) {
        await log.append(3);
        await realSystem.sleep(1);
      }
    })();
    const progress: number[] = [];
    const limits = { commitEvents: 50 };
    const onProgress = (_: number, part: number) => progress.push(part);
    const rebuilt = await rebuild(projection, options({ limits, onProgress }));
    expect(rebuilt).toMatchObject({ schema: 'notes_v1_2', before: 'notes_v1', tookOver: true });
    expect(rebuilt.compared?.live).toBe(rebuilt.compared?.rebuilt);
    const [status] = await readStatuses(
      database.pool,
      [projection],
      await store.head(),
      Date.now(),
    );
    expect(status).toMatchObject({ schema: 'notes_v1_2', state: 'live', parkedKeys: 0 });
    expect(status?.check).toMatchObject({ isEqual: true, digest: rebuilt.compared?.live });
    expect(Number(rebuilt.compared?.position)).toBeGreaterThanOrEqual(300);
    expect(progress.at(-1)).toBe(1);
    expect(await live()).toEqual(['notes_v1_2']);
    await eventually('its runner follows', async () => running.health().schema === 'notes_v1_2');
    isOver = true;
    await Promise.all([reading, writing]);
    expect(reads).toBeGreaterThan(10);
    await isAtEnd(running);
    expect((await read(projection)).position).toBe(await store.head());
    expect(await dropOld(database.pool, projection)).toEqual(['notes_v1']);
    expect(await dropOld(database.pool, projection)).toEqual([]);
    expect((await rebuild(projection, options())).schema).toBe('notes_v1_3');
  });

  it('P3 goes on where it was stopped', async () => {
    const projection = notes();
    await isAtEnd(run(projection));
    const stopping = new AbortController();
    const limits = { commitEvents: 1 };
    const onProgress = (events: number) => events >= 100 && stopping.abort();
    const stopped = rebuild(
      projection,
      options({ signal: stopping.signal, limits, onProgress, pageEvents: 20 }),
    );
    await expect(stopped).rejects.toThrow(Interrupted);
    expect(await live()).toEqual(['notes_v1']);
    const rebuilt = await rebuild(projection, options());
    expect(rebuilt).toMatchObject({ schema: 'notes_v1_2', tookOver: true });
    expect(rebuilt.events).toBeGreaterThan(100);
    expect(rebuilt.events).toBeLessThanOrEqual(200);
  });

  it('P3 that has other rows leaves the live one where it is, unless told', async () => {
    const projection = notes();
    await isAtEnd(run(projection));
    await database.pool.query(
      `update notes_v1.notes set last = last + 1 where stream = 'wallet-1'`,
    );
    const different = await rebuild(projection, options());
    expect(different.tookOver).toBe(false);
    expect(different.compared?.live).not.toBe(different.compared?.rebuilt);
    expect(await live()).toEqual(['notes_v1']);
    const told = await rebuild(projection, options({ evenIfDifferent: true }));
    expect(told).toMatchObject({ tookOver: true, schema: different.schema });
    expect(await live()).toEqual([different.schema]);
  });

  it('P6 of a new version answers when it has caught up, and the old one until then and after', async () => {
    const [old, next] = [notes(), notes({ version: 2 })];
    const before = run(old);
    await isAtEnd(before);
    // Before it was ever built there is no answer, and no wrong one.
    await expect(read(next)).rejects.toThrow(NotYetThere);
    const rebuilt = await rebuild(next, options());
    expect(rebuilt).toMatchObject({ schema: 'notes_v2', before: null, tookOver: true });
    const started = run(next);
    await log.append(3);
    await Promise.all([before, started].map(isAtEnd));
    expect(await read(next)).toMatchObject({ value: (await read(old)).value });
    ending.abort();
    await before.ended;
    expect(await dropOld(database.pool, next)).toEqual(['notes_v1']);
  });
});
