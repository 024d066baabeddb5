import { describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { eventsBetween } from '../../src/adapters/event-store/positions.ts';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { type EventStore, type RecordedEvent, START } from '../../src/event-store.ts';
import { Continuity, LogHole } from '../../src/projections/continuity.ts';
import { LogEvent } from '../../src/projections/log-event.ts';
import { LogPages } from '../../src/projections/log-pages.ts';
import { openStage } from '../adapters/event-store/eventstoredb-given.ts';
import { freshDatabase } from '../support/postgres.ts';
import { hiding } from './hiding-store.ts';
import { eventsOf, PlainLog } from './plain-log.ts';

const signal = new AbortController().signal;

async function plainStore(events = 60) {
  const store = new MemoryEventStore();
  await new PlainLog(store).append(events);
  return store;
}

/** Ids in order, to the end of the log as it is. */
async function readToEnd(all: LogPages, after = START): Promise<string[]> {
  const ids: string[] = [];
  const pages = all.open();
  try {
    for (let at = after; ; ) {
      const page = await pages.read(at);
      ids.push(...page.events.map(({ id }) => id));
      if (page.isEnd) return ids;
      pages.prefetch(page.upTo);
      at = page.upTo;
    }
  } finally {
    pages.close();
  }
}

describe('pages of the log', () => {
  it('P2 hold every event once and in order, whatever their size, and then what is appended', async () => {
    const store = await plainStore();
    for (const pageEvents of [1, 7, 60, 100]) {
      const pages = new LogPages({ store, signal, pageEvents });
      const ids = (await eventsOf(store)).map(({ id }) => id);
      expect(await readToEnd(pages)).toEqual(ids);
    }
  });

  it('are read once for all on the same way: who is ahead waits, and none is kept for nobody', async () => {
    const store = hiding(await plainStore(), () => false);
    const pages = new LogPages({ store, signal, pageEvents: 10, keptEvents: 30 });
    const [slow, fast] = [pages.open(), pages.open()];
    let behind = (await slow.read(START)).upTo;
    const ahead: string[] = [];
    const racing = (async () => {
      for (let at = START, isEnd = false; !isEnd; ) {
        const page = await fast.read(at);
        ahead.push(page.upTo);
        // What it asks for ahead is no way around.
        if (!page.isEnd) fast.prefetch(page.upTo);
        [at, isEnd] = [page.upTo, page.isEnd];
      }
      fast.close();
    })();
    await realSystem.sleep(20);
    expect(ahead).toHaveLength(3);
    for (let isEnd = false; !isEnd; ) {
      const page = await slow.read(behind);
      [behind, isEnd] = [page.upTo, page.isEnd];
    }
    await racing;
    expect(ahead).toHaveLength(7);
    // Six pages and the end, which is no page.
    expect(store.reads).toBeLessThanOrEqual(8);
    slow.close();
    await readToEnd(pages);
    expect(store.reads).toBeGreaterThan(12);
    // One that gives up is waited for no longer.
    const stuck = pages.open();
    await stuck.read(START);
    const going = readToEnd(pages);
    await realSystem.sleep(10);
    stuck.close();
    expect(await going).toHaveLength(60);
  });

  it('wait at the end for what comes, together', async () => {
    const store = new MemoryEventStore();
    const log = new PlainLog(store);
    const ending = new AbortController();
    const pages = new LogPages({ store, signal: ending.signal });
    await log.append(3);
    const at = (await pages.read(START)).upTo;
    const waiting = [1, 2].map(() => pages.grown(at, ending.signal));
    await log.append(2);
    const [one, other] = await Promise.all(waiting);
    expect(one).toBe(other);
    expect(one?.events).toHaveLength(2);
    expect(await pages.grown(at, ending.signal)).toBe(one);
    const last = pages.grown(one?.upTo ?? '', ending.signal);
    ending.abort();
    expect(await last).toBeUndefined();
  });
});

describe('a hole in the log', () => {
  it('P2 is found as soon as its stream goes on, wherever it is', async () => {
    const store = await plainStore();
    const log = await eventsOf(store);
    let found = 0;
    for (const hidden of log) {
      const goesOn = log.some((e) => e.stream === hidden.stream && e.revision > hidden.revision);
      const holed = hiding(store, ({ id }) => id === hidden.id);
      for (const pageEvents of [1, 7, 100]) {
        const pages = new LogPages({ store: holed, signal, pageEvents });
        const reading = readToEnd(pages);
        if (goesOn) await expect(reading).rejects.toThrow(LogHole);
        else await reading;
        // Asking again doesn't get around it.
        if (goesOn && pageEvents === 100) await expect(pages.read(START)).rejects.toThrow(LogHole);
      }
      if (goesOn) found++;
    }
    expect(found).toBeGreaterThan(50);
  });

  it('P2 is one too when an event comes to stand behind where it was already read', async () => {
    const store = await plainStore(20);
    const [late] = (await eventsOf(store)).slice(-1);
    const stored = hiding(store, ({ id }) => id === late?.id);
    const ending = new AbortController();
    const pages = new LogPages({ store: stored, signal: ending.signal });
    const { upTo } = await pages.read(START);
    // It went over the end of the log without it.
    const next = (await pages.grown(upTo, ending.signal))?.upTo ?? '';
    const events = [{ id: realSystem.uuid(), type: 'NonceAllocated', data: '{}', metadata: '{}' }];
    await store.append([
      { stream: late?.stream ?? '', expectedRevision: late?.revision ?? 0, events },
    ]);
    await expect(pages.grown(next, ending.signal)).rejects.toThrow(LogHole);
    ending.abort();
  });

  it('P2 is found at once where positions tell how many events there are', async () => {
    const store = await plainStore();
    const log = await eventsOf(store);
    for (const hidden of log.slice(0, -1)) {
      const holed = { ...hiding(store, ({ id }) => id === hidden.id), eventsBetween };
      for (const pageEvents of [1, 7, 100]) {
        const pages = new LogPages({ store: holed, signal, pageEvents });
        await expect(readToEnd(pages)).rejects.toThrow(LogHole);
      }
    }
    // Of what grows at the end too, though nothing of its stream may come for long.
    const [last] = log.slice(-1);
    const before = log.at(-2)?.position ?? '';
    const ending = new AbortController();
    const stored = { ...hiding(store, ({ id }) => id === last?.id), eventsBetween };
    const pages = new LogPages({ store: stored, signal: ending.signal });
    await expect(pages.grown(before, ending.signal)).rejects.toThrow(LogHole);
    ending.abort();
  });

  it('P2 is not gone over by a process that dies right behind it', async () => {
    const store = await plainStore();
    const log = await eventsOf(store);
    const hidden = log.find(({ stream }, at) =>
      log.slice(at + 1, at + 4).every((e) => e.stream !== stream),
    );
    const until = log.indexOf(hidden as RecordedEvent) + 3;
    const isHidden = ({ id }: RecordedEvent) => id === hidden?.id;
    // Its stream didn't go on by then: with sparse positions nobody could have noticed.
    const pageTo = async (holed: EventStore) => {
      const pages = new LogPages({ store: holed, signal, pageEvents: until - 1 });
      return pages.read(START);
    };
    expect((await pageTo(hiding(store, isHidden))).upTo).toBe(log[until - 1]?.position);
    await expect(pageTo({ ...hiding(store, isHidden), eventsBetween })).rejects.toThrow(LogHole);
  });

  it('is never seen where there is none, however few streams are remembered', async () => {
    const store = await plainStore(200);
    const log = await eventsOf(store);
    for (const most of [0, 1, 2, 3]) {
      const chain = new Continuity(store, START, most);
      for (let from = 0; from < log.length; from += 3) {
        const page = log.slice(from, from + 3);
        await chain.follow(page, page.at(-1)?.position ?? '');
      }
      expect(chain.at).toBe(log.at(-1)?.position);
    }
    // From the middle of the log, where nothing is remembered.
    const middle = log[100]?.position ?? '';
    await new Continuity(store, middle).follow(log.slice(101), log.at(-1)?.position ?? '');
  });
});

const allOf = ({ id, stream, revision, position, type, event, time, metadata }: LogEvent) => ({
  ...{ id, stream, revision, position, type, event, time, metadata },
});

it('P2 pages are the same from every store', async () => {
  const database = await freshDatabase();
  const stage = await openStage({ answerMs: 5_000, patienceMs: 10_000 });
  const postgres = await PostgresEventStore.open({ pool: database.pool, system: realSystem });
  const stores: EventStore[] = [new MemoryEventStore(), postgres, stage.store];
  const read: string[][] = [];
  for (const store of stores) {
    const ending = new AbortController();
    const log = new PlainLog(store);
    await log.append(30);
    const pages = new LogPages({ store, signal: ending.signal, pageEvents: 7 });
    const ids = await readToEnd(pages);
    // Whatever way a store has to a page, its events are those that it has one by one.
    const shown = (await pages.read(START)).events.map(allOf);
    expect(shown).toEqual((await eventsOf(store)).slice(0, 7).map((e) => allOf(LogEvent.of(e))));
    let at = (await eventsOf(store)).at(-1)?.position ?? '';
    const growing = log.append(3);
    for (; ids.length < 33; await growing) {
      const page = await pages.grown(at, ending.signal);
      ids.push(...(page?.events ?? []).map(({ id }) => id));
      at = page?.upTo ?? at;
    }
    read.push(ids);
    ending.abort();
  }
  expect(read[0]).toHaveLength(33);
  expect(read[1]).toEqual(read[0]);
  expect(read[2]).toEqual(read[0]);
  await postgres.close();
  await stage.close();
  await database.drop();
});
