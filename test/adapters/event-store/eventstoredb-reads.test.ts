import { setTimeout as sleep } from 'node:timers/promises';
import { status as codes } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NO_STREAM, START } from '../../../src/event-store.ts';
import { callFailure } from '../../support/eventstoredb-double/answers.ts';
import type { ReadCall } from '../../support/eventstoredb-double/reads.ts';
import { append, appended, collect, freshStream, idsOf, newEvents, take } from './cases/given.ts';
import { openStage, type Stage, settles } from './eventstoredb-given.ts';

/*
 * Goal: reads end, leave nothing open and lose nothing, whatever the server does to them. Method:
 * the double fails reads, drops subscriptions, and counts the calls that are open on it.
 */
let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const isSubscription = (call: ReadCall) => call.request.getOptions()?.hasSubscription() === true;

const tooSlow = callFailure(
  codes.ABORTED,
  'Consumer too slow to handle event while live. Client resubscription required.',
);

it('110 reads that are broken off leave no call open, where 100 would stop the connection', async () => {
  const stream = freshStream();
  await appended(stage.store, stream, NO_STREAM, newEvents(40));
  for (let count = 0; count < 55; count++) {
    for await (const _ of stage.store.readStream(stream)) break;
    for await (const _ of stage.store.readAll()) break;
  }
  await sleep(20);
  expect(stage.double.liveReads).toBe(0);
});

it('a page of large events is cut short, and its call with it', async () => {
  const stream = freshStream();
  const large = `"${'x'.repeat(900_000)}"`;
  for (let revision = NO_STREAM; revision < 9; revision++) {
    await appended(stage.store, stream, revision, newEvents(1, { data: large }));
  }
  const before = stage.double.reads;
  const events = await collect(stage.store.readAll());
  expect(events.map(({ revision }) => revision)).toEqual([...Array(10).keys()]);
  expect(stage.double.reads - before).toBeGreaterThan(1);
  await sleep(20);
  expect(stage.double.liveReads).toBe(0);
});

it('150 reads at once: no more than 40 calls are open at any moment, and all are answered', async () => {
  const stream = freshStream();
  await appended(stage.store, stream, NO_STREAM, newEvents(8));
  let most = 0;
  stage.double.onRead = () => {
    most = Math.max(most, stage.double.liveReads);
    return false;
  };
  const all = await Promise.all(
    Array.from({ length: 150 }, () => collect(stage.store.readStream(stream))),
  );
  expect(all.every((events) => events.length === 8)).toBe(true);
  expect(most).toBeLessThanOrEqual(40);
});

it('a read whose connection breaks in the middle is asked for again', async () => {
  const stream = freshStream();
  await appended(stage.store, stream, NO_STREAM, newEvents(3));
  let count = 0;
  stage.double.onRead = (call) => {
    if (++count > 1) return false;
    call.emit('error', callFailure(codes.UNAVAILABLE, 'Connection dropped'));
    return true;
  };
  expect(await collect(stage.store.readStream(stream))).toHaveLength(3);
});

it('a read that nobody answers is StoreUnavailable in time', async () => {
  stage.double.onRead = () => true;
  const reading = settles(stage.store.head(), 3_000);
  await expect(reading).rejects.toMatchObject({ name: 'StoreUnavailable' });
});

it('a read without the right to it says so at once', async () => {
  let count = 0;
  stage.double.onRead = (call) => {
    count++;
    call.emit('error', callFailure(codes.PERMISSION_DENIED, '', { exception: 'access-denied' }));
    return true;
  };
  await expect(collect(stage.store.readAll())).rejects.toThrow(/refuses/);
  expect(count).toBe(1);
});

for (const [how, harm] of [
  ['with an error', (call: ReadCall) => void call.emit('error', tooSlow)],
  ['in peace', (call: ReadCall) => void call.end()],
] as const) {
  it(`a subscription that is dropped ${how}, again and again: each event once, in order`, async () => {
    const { store, double, open } = stage;
    const other = await open();
    let subscriptions = 0;
    double.onRead = (call) => {
      if (!isSubscription(call)) return false;
      subscriptions++;
      setTimeout(() => harm(call), 10);
      return false;
    };
    const stream = freshStream();
    const taken = take(store.subscribe({ filter: { streamPrefixes: [stream] } }), 300);
    const ids: string[] = [];
    for (let revision = NO_STREAM; ids.length < 300; revision += 3) {
      const events = newEvents(3);
      await appended(other, stream, revision, events);
      ids.push(...idsOf(events));
    }
    expect(idsOf(await taken)).toEqual(ids);
    expect(subscriptions).toBeGreaterThan(2);
  });
}

it('no subscription is to be had: polling alone delivers', async () => {
  const { store, double, open } = stage;
  const other = await open();
  double.onRead = (call) => {
    if (isSubscription(call)) call.emit('error', callFailure(codes.UNAVAILABLE, 'no'));
    return isSubscription(call);
  };
  const stream = freshStream();
  const taken = take(store.subscribe({ filter: { streamPrefixes: [stream] } }), 2);
  await appended(other, stream, NO_STREAM, newEvents(2));
  expect(await settles(taken, 3_000)).toHaveLength(2);
});

it('a subscription alone delivers, long before it is time to poll', async () => {
  const store = await stage.open(stage.double.url, { pollMs: 60_000 });
  const stream = freshStream();
  const taken = take(store.subscribe({ filter: { streamPrefixes: [stream] } }), 2);
  await sleep(100);
  await appended(stage.store, stream, NO_STREAM, newEvents(2));
  expect(await settles(taken, 3_000)).toHaveLength(2);
});

it('a subscription outlives reads that fail one after the other', async () => {
  const { store, double } = stage;
  const stream = freshStream();
  let failures = 8;
  double.onRead = (call) => {
    if (isSubscription(call) || failures-- <= 0) return false;
    call.emit('error', callFailure(codes.UNAVAILABLE, 'Connection dropped'));
    return true;
  };
  const taken = take(store.subscribe({ filter: { streamPrefixes: [stream] } }), 1);
  await sleep(50);
  expect(await append(store, stream, NO_STREAM, newEvents(1))).toMatchObject({ ok: true });
  expect(await settles(taken, 5_000)).toHaveLength(1);
});

it('a subscription outlives a restart of the server', async () => {
  const { store, double } = stage;
  const stream = freshStream();
  const taken = take(store.subscribe({ filter: { streamPrefixes: [stream] } }), 4);
  await appended(store, stream, NO_STREAM, newEvents(2));
  double.kill();
  await double.listen();
  expect(await append(store, stream, 1, newEvents(2))).toMatchObject({ ok: true });
  expect(await settles(taken, 5_000)).toHaveLength(4);
});

it('a slow consumer holds nothing but its page: what it has not asked for stays away', async () => {
  const stream = freshStream();
  await appended(stage.store, stream, NO_STREAM, newEvents(1_200));
  let asked = 0;
  stage.double.onRead = (call) => {
    asked += Number(call.request.getOptions()?.getCount() ?? 0);
    return false;
  };
  let seen = 0;
  for await (const delivery of stage.store.subscribe({ filter: { streamPrefixes: [stream] } })) {
    if (delivery.kind === 'event' && ++seen === 10) break;
  }
  await sleep(50);
  expect(asked).toBeLessThan(700);
});

it('a log that ends before where it ended is another one: LogDiverged', async () => {
  const { store, double } = stage;
  await appended(store, freshStream(), NO_STREAM, newEvents(3));
  const following = collect(store.subscribe());
  await sleep(100);
  double.log.all.length = 1;
  await expect(settles(following, 3_000)).rejects.toMatchObject({ name: 'LogDiverged' });
});

it('a position where no event begins is an error, not a wait', async () => {
  await appended(stage.store, freshStream(), NO_STREAM, newEvents(3));
  const following = collect(stage.store.subscribe({ after: '1'.padStart(20, '0') }));
  await expect(settles(following, 3_000)).rejects.toThrow(/no position/);
});

it('a filter that matches little in a long log: the server searches, and only that is sent', async () => {
  const { store, double } = stage;
  const [rare, common] = [freshStream('rare'), freshStream('common')];
  for (let revision = NO_STREAM; revision < 1_999; revision += 500) {
    await appended(store, common, revision, newEvents(500));
    await appended(store, rare, Math.floor((revision + 1) / 500) - 1, newEvents(1));
  }
  let unfiltered = 0;
  double.onRead = (call) => {
    const options = call.request.getOptions();
    const isForwards = options?.getReadDirection() === 0;
    if (isForwards && !options?.hasFilter()) unfiltered++;
    return false;
  };
  const filter = { streamPrefixes: [rare] };
  const seen = await collect(store.readAll({ filter }));
  expect(seen.map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
  expect(unfiltered).toBe(0);
  // Such a search would go on for ever, and with it a hundredth of the connection.
  await sleep(20);
  expect(double.liveReads).toBe(0);
  const followed = await take(store.subscribe({ filter }), 4);
  expect(idsOf(followed)).toEqual(idsOf(seen));
  for await (const delivery of store.subscribe({ filter: { streamPrefixes: ['never'] } })) {
    if (delivery.kind !== 'checkpoint') throw new Error('there is no such stream');
    if (delivery.caughtUp && delivery.position >= (await store.head())) break;
  }
});

it('a search that the server ends too early is made again, and passes nothing over', async () => {
  const { store, double } = stage;
  const stream = freshStream();
  await appended(store, freshStream(), NO_STREAM, newEvents(400));
  await appended(store, stream, NO_STREAM, newEvents(2));
  let searches = 0;
  double.onRead = (call) => {
    if (!isSubscription(call) || call.request.getOptions()?.getAll()?.hasEnd()) return false;
    if (++searches > 1) return false;
    call.end();
    return true;
  };
  expect(await collect(store.readAll({ filter: { streamPrefixes: [stream] } }))).toHaveLength(2);
  expect(searches).toBe(2);
});

it("the server's own events are in nobody's way", async () => {
  const { store, double } = stage;
  const stream = freshStream();
  await appended(store, stream, NO_STREAM, newEvents(100));
  expect(double.log.all.some((event) => event.stream.startsWith('$'))).toBe(true);
  const events = await collect(store.readAll({ after: START }));
  expect(events.every((event) => !event.stream.startsWith('$'))).toBe(true);
  expect(await store.head()).toBe(events.at(-1)?.position);
});
