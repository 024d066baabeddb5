import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../src/adapters/event-store/memory.ts';
import { PostgresEventStore } from '../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../src/adapters/system.ts';
import { type EventStore, NO_STREAM, StoreUnavailable } from '../src/event-store.ts';
import { copyLog } from '../src/log-copy.ts';
import { progressLine } from '../src/progress.ts';
import { appended, collect, newEvents } from './adapters/event-store/cases/given.ts';
import { openStage, type Stage } from './adapters/event-store/eventstoredb-given.ts';
import { type FreshDatabase, freshDatabase } from './support/postgres.ts';

/*
 * Goal: a log moves between the stores whole, in order and byte for byte, however often the move is
 * broken off; and never into a log that is another. Method: copies there and back, and a target
 * that fails in the middle.
 */
let source: EventStore;
let stage: Stage;
let database: FreshDatabase;
let postgres: EventStore;

beforeEach(async () => {
  source = new MemoryEventStore();
  const revisions = new Map<string, number>();
  for (let step = 0; step < 120; step++) {
    const stream = `stream-${(step * step) % 7}`;
    const revision = revisions.get(stream) ?? NO_STREAM;
    const count = 1 + (step % 3);
    const data = `{"step": ${step},\t"twice":1,"twice":2}`;
    await appended(source, stream, revision, newEvents(count, { data }));
    revisions.set(stream, revision + count);
  }
  stage = await openStage({ patienceMs: 10_000, answerMs: 5_000 });
  database = await freshDatabase();
  postgres = await PostgresEventStore.open({ pool: database.pool, system: realSystem });
});
afterEach(async () => {
  await Promise.all([stage.close(), postgres.close()]);
  await database.drop();
});

const copy = (from: EventStore, to: EventStore, partsPerAppend = 1) =>
  copyLog({ from, to, partsPerAppend, onProgress: () => {} });

const contents = async (store: EventStore) =>
  (await collect(store.readAll())).map(({ position: _, ...event }) => event);

it('goes there and back, and is the same to the byte, in the same order', async () => {
  const there = await copy(source, stage.store);
  const back = await copy(stage.store, postgres, 500);
  expect(there).toMatchObject({ events: 240, found: 0 });
  expect(back).toEqual(there);
  expect(await contents(stage.store)).toEqual(await contents(source));
  expect(await contents(postgres)).toEqual(await contents(source));
});

it('goes on where it was broken off, and says how much it found', async () => {
  let left = 30;
  const failing: EventStore = Object.assign(Object.create(postgres), {
    append: (parts: Parameters<EventStore['append']>[0]) =>
      left-- > 0
        ? postgres.append(parts)
        : Promise.resolve([{ ok: false as const, error: new StoreUnavailable('gone') }]),
    readAll: () => postgres.readAll(),
  });
  await expect(copy(source, failing)).rejects.toThrow('gone');
  const resumed = await copy(source, postgres);
  expect(resumed.found).toBeGreaterThan(20);
  expect(resumed.found).toBeLessThan(240);
  expect(await contents(postgres)).toEqual(await contents(source));
  expect(await copy(source, postgres)).toMatchObject({ events: 240, found: 240 });
});

describe('is refused, and changes nothing', () => {
  it('when the target holds something else', async () => {
    await appended(postgres, 'stream-0', NO_STREAM, newEvents(1));
    await expect(copy(source, postgres)).rejects.toThrow(/not empty, and differs/);
    expect(await contents(postgres)).toHaveLength(1);
  });

  it('when the target goes on where the source ends', async () => {
    await copy(source, postgres, 500);
    await appended(postgres, 'another', NO_STREAM, newEvents(1));
    await expect(copy(source, postgres)).rejects.toThrow(/goes on where the source ends/);
  });

  it('when a stream of the source lacks its beginning', async () => {
    const cut: EventStore = Object.assign(Object.create(source), {
      async *readAll() {
        for await (const event of source.readAll()) if (event.revision > 0) yield event;
      },
    });
    await expect(copy(cut, postgres)).rejects.toThrow(/goes on with 1, not with 0/);
    expect(await contents(postgres)).toEqual([]);
  });
});

it('shows rate and time left', () => {
  expect(progressLine('copying', 500, 2_000, 1_000)).toBe(
    'copying              [######..................]  25%  500 of 2,000  500/s  3 s left',
  );
});
