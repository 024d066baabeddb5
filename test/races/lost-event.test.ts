import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../../src/adapters/system.ts';
import type { RecordedEvent } from '../../src/event-store.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import type { Acknowledged } from './lost-event.worker.ts';

/*
 * Goal: a writer that commits late is still seen. Method: many real writers on connections of their
 * own, in several processes, while a reader follows the tail and checkpoints as it goes. With
 * positions from a bare sequence this reader misses events within a second.
 */
const PROCESSES = 4;
const WRITERS_EACH = 8;
const ROUNDS = 28;

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

it('P2 no event is skipped by a reader at the tail while 32 writers in 4 processes commit', async () => {
  const store = await PostgresEventStore.open({ pool: database.pool, system: realSystem });
  const seen: RecordedEvent[] = [];
  let reached = '';
  let tailMeetings = 0;
  const abort = new AbortController();
  const reading = (async () => {
    for await (const delivery of store.subscribe({ signal: abort.signal })) {
      if (delivery.kind === 'event') seen.push(delivery.event);
      else reached = delivery.position;
      if (delivery.kind === 'checkpoint' && delivery.caughtUp) tailMeetings++;
    }
  })();

  const acknowledged = (await Promise.all(Array.from({ length: PROCESSES }, runWorker))).flat();
  const id = realSystem.uuid();
  const last = { id, type: 'Last', data: '{}', metadata: '{}' };
  const [outcome] = await store.append([{ stream: 'last', expectedRevision: -1, events: [last] }]);
  if (!outcome?.ok) throw outcome?.error;
  // The reader may be there before the answer is here.
  await vi.waitFor(() => expect(reached).toBe(outcome.position), 60_000);
  abort.abort();
  await reading;

  // The reader was at the tail while they wrote, again and again: else this shows nothing.
  expect(tailMeetings).toBeGreaterThan(50);
  expect(acknowledged.length).toBeGreaterThan(PROCESSES * WRITERS_EACH * ROUNDS);
  expect(seen.map(({ position }) => Number(position))).toEqual(seen.map((_, index) => index + 1));
  const positionOf = new Map(seen.map((event) => [event.id, event.position]));
  expect(positionOf.size).toBe(seen.length);
  const missed = acknowledged.filter(
    ({ ids, position }) => positionOf.get(ids.at(-1) ?? '') !== position,
  );
  expect(missed).toEqual([]);
  const ids = acknowledged.flatMap((part) => part.ids);
  expect(ids.filter((each) => !positionOf.has(each))).toEqual([]);
  expect(seen.length).toBe(ids.length + 1);
  expectStreamsInOrder(seen);
  console.log(`P2: ${seen.length} events, reader at the tail ${tailMeetings} times, 0 missed`);
  await store.close();
});

async function runWorker(): Promise<Acknowledged[]> {
  const file = join(inject('compiled'), 'test', 'races', 'lost-event.worker.js');
  const worker = fork(file, [database.url, `${WRITERS_EACH}`, `${ROUNDS}`], { execArgv: [] });
  const acknowledged: Acknowledged[] = [];
  worker.on('message', (message) => acknowledged.push(message as Acknowledged));
  // The last messages may come after the exit, but not after the channel's end.
  const [[code]] = await Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]);
  expect(code).toBe(0);
  return acknowledged;
}

function expectStreamsInOrder(events: readonly RecordedEvent[]): void {
  const revisions = new Map<string, number>();
  for (const { stream, revision } of events) {
    expect(revision).toBe((revisions.get(stream) ?? -1) + 1);
    revisions.set(stream, revision);
  }
}
