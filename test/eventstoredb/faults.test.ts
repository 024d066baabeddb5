import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventStoreDbEventStore } from '../../src/adapters/event-store/eventstoredb/store.ts';
import { type EventStore, NO_STREAM, type RecordedEvent } from '../../src/event-store.ts';
import {
  append,
  appended,
  collect,
  freshStream,
  newEvents,
  streamIds,
} from '../adapters/event-store/cases/given.ts';
import { newTally, type Tally, writeUntil } from '../adapters/event-store/writers.ts';
import { openTcpGate, type TcpGate } from '../support/tcp-gate.ts';
import {
  cannotGate,
  cannotStop,
  killServer,
  openStore,
  SERVER_URL,
  startServer,
} from './server.ts';

/*
 * Goal: on the real server, whatever breaks, nothing that was acknowledged is lost or doubled and
 * nothing hangs. Method: a gate in front of it freezes and cuts; the given commands kill and start.
 */
const WRITERS = 16;
const LIMITS = { connectMs: 1_000, answerMs: 1_500, readMs: 1_500, patienceMs: 3_000 };
let store: EventStoreDbEventStore;

beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const place = ({ id, stream, revision }: Pick<RecordedEvent, 'id' | 'stream' | 'revision'>) =>
  `${stream} ${revision} ${id}`;

/** Writers until the harm is done; what they were told is what every way of reading shows. */
async function writersSee(writing: EventStore, harm: () => Promise<void>): Promise<Tally> {
  const before = await store.head();
  const tally = newTally();
  let isOver = false;
  const writers = Array.from({ length: WRITERS }, () => writeUntil(writing, () => isOver, tally));
  const filter = { streamPrefixes: ['writer-'] };
  const abort = new AbortController();
  const followed: string[] = [];
  const following = (async () => {
    const { signal } = abort;
    for await (const delivery of store.subscribe({ after: before, filter, signal })) {
      if (delivery.kind === 'event') followed.push(place(delivery.event));
    }
  })();
  await harm();
  isOver = true;
  await Promise.all(writers);
  const acknowledged = tally.acknowledged.map(place).sort();
  const inLog = await collect(store.readAll({ after: before, filter }));
  expect(inLog.map(place).sort()).toEqual(acknowledged);
  for (let wait = 0; followed.length < acknowledged.length && wait < 200; wait++) await sleep(50);
  abort.abort();
  await following;
  expect(followed).toEqual(inLog.map(place));
  return tally;
}

describe.skipIf(cannotGate)(`behind a gate${cannotGate ?? ''}`, () => {
  let gate: TcpGate;
  let behind: EventStoreDbEventStore;

  beforeEach(async () => {
    const { hostname, port, search } = new URL(SERVER_URL.replace(/^[a-z+]+:/, 'http:'));
    gate = await openTcpGate(Number(port || 2113), hostname);
    behind = await openStore(`esdb://127.0.0.1:${gate.port}${search}`, LIMITS);
  });
  afterEach(async () => {
    await behind.close();
    await gate.close();
  });

  it('frozen: OutcomeUnknown in time, reads give up, and after the thaw the first answer', async () => {
    const stream = freshStream();
    const events = newEvents(2);
    await appended(behind, freshStream(), NO_STREAM, newEvents(1));
    gate.freeze();
    const reading = collect(behind.readStream(stream)).catch((error) => error);
    const outcome = await append(behind, stream, NO_STREAM, events);
    expect(outcome).toMatchObject({ ok: false, error: { name: 'OutcomeUnknown' } });
    expect(await reading).toMatchObject({ name: 'StoreUnavailable' });
    gate.thaw();
    expect(await append(behind, stream, NO_STREAM, events)).toMatchObject({
      ok: true,
      revision: 1,
    });
    expect(await streamIds(store, stream)).toHaveLength(2);
  });

  it('cut again and again under writers: nothing lost, nothing doubled', async () => {
    const tally = await writersSee(behind, async () => {
      for (let round = 0; round < 10; round++) {
        await sleep(200);
        gate.cut();
      }
      await sleep(200);
    });
    expect(tally.acknowledged.length).toBeGreaterThan(WRITERS);
  });

  it('unheard again and again under writers: nothing lost, nothing doubled', async () => {
    await writersSee(behind, async () => {
      for (let round = 0; round < 5; round++) {
        await sleep(200);
        gate.muffle();
        await sleep(100);
        gate.cut();
        gate.thaw();
      }
      await sleep(200);
    });
  });
});

describe('killed and started', () => {
  const title = 'under writers, three times: nothing lost, nothing doubled';
  if (cannotStop) {
    it.skip(`${title} (skipped: ${cannotStop})`, () => {});
    return;
  }
  it(title, async () => {
    const tally = await writersSee(store, async () => {
      for (let round = 0; round < 3; round++) {
        await sleep(1_000);
        await killServer();
        await startServer();
      }
      await sleep(1_000);
    });
    expect(tally.acknowledged.length).toBeGreaterThan(WRITERS * 10);
  });

  it('while nobody writes: appends, reads and subscriptions go on', async () => {
    const stream = freshStream();
    await appended(store, stream, NO_STREAM, newEvents(1));
    await killServer();
    expect(await append(store, freshStream(), NO_STREAM, newEvents(1))).toMatchObject({
      ok: false,
    });
    await startServer();
    expect(await append(store, stream, 0, newEvents(1))).toMatchObject({ ok: true, revision: 1 });
    expect(await streamIds(store, stream)).toHaveLength(2);
  });
});
