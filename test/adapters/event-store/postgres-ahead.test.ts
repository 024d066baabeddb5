import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { realSystem } from '../../../src/adapters/system.ts';
import { NO_STREAM } from '../../../src/event-store.ts';
import {
  append,
  appended,
  freshStream,
  idsOf,
  newEvent,
  newEvents,
  streamIds,
} from './cases/given.ts';
import { type FarAndNear, openFarAndNear } from './far-and-near.ts';

/*
 * Goal: calls that are made before the last is answered are appended in their order, or not at all.
 * Method: a link holds the answers back, so that several writes are under way for certain; another
 * writer is first, or a key is taken, or the connection is lost meanwhile.
 */
let stores: FarAndNear;
let { far, near, link } = {} as FarAndNear;

beforeEach(async () => {
  stores = await openFarAndNear();
  ({ far, near, link } = stores);
});
afterEach(() => stores.close());

const WRONG = { ok: false, error: { name: 'WrongExpectedRevision' } };
const WRITTEN = { ok: true, repeated: false };

/** The far store knows where it ends. */
async function begun(stream = freshStream()): Promise<string> {
  await appended(far, stream, NO_STREAM, newEvents(1));
  return stream;
}

it('a call is written before the one ahead of it is answered', async () => {
  const stream = await begun();
  const events = newEvents(3);
  link.holdAnswers();
  const calls = events.map((event, index) => append(far, stream, index, [event]));
  await vi.waitFor(async () =>
    expect((await streamIds(near, stream)).slice(1)).toEqual(idsOf(events)),
  );
  link.releaseAnswers();
  const outcomes = await Promise.all(calls);
  expect(outcomes).toMatchObject([1, 2, 3].map((revision) => ({ ...WRITTEN, revision })));
  const positions = outcomes.map((outcome) => (outcome.ok ? outcome.position : ''));
  expect(positions).toEqual([...positions].sort());
  expect(await near.head()).toBe(positions.at(-1));
});

it('behind a part that another writer was ahead of nothing of its stream is written', async () => {
  const [stream, other] = [await begun(), await begun()];
  const theirs = newEvent();
  await appended(near, stream, 0, [theirs]);
  const mine = newEvent();
  // The second follows on what is there, and was decided on what isn't.
  const [first, second, third] = await Promise.all([
    append(far, stream, 0, newEvents(1)),
    far.append([
      { stream, expectedRevision: 1, events: newEvents(1) },
      { stream: other, expectedRevision: 0, events: [mine] },
    ]),
    append(far, stream, 2, newEvents(1)),
  ]);
  expect(first).toMatchObject(WRONG);
  expect(second).toMatchObject([WRONG, WRITTEN]);
  expect(third).toMatchObject(WRONG);
  expect((await streamIds(near, stream)).slice(1)).toEqual([theirs.id]);
  expect((await streamIds(near, other)).slice(1)).toEqual([mine.id]);
  // Whoever looks where the stream is now goes on.
  expect(await append(far, stream, 1, newEvents(1))).toMatchObject(WRITTEN);
});

it('behind a part whose key is taken nothing of its stream is written, and all else is', async () => {
  const [stream, other] = [await begun(), await begun()];
  const key = `key ${randomUUID()}`;
  const part = (of: string, expectedRevision: number, keys: readonly string[]) => ({
    ...{ stream: of, expectedRevision, keys, events: [newEvent()] },
  });
  await near.append([part(freshStream(), NO_STREAM, [key])]);
  const outcomes = await Promise.all([
    far.append([part(other, 0, [`key ${randomUUID()}`])]),
    far.append([part(stream, 0, [key])]),
    far.append([part(stream, 1, [`key ${randomUUID()}`])]),
    far.append([part(other, 1, [`key ${randomUUID()}`])]),
  ]);
  const claimed = { ok: false, error: { name: 'AlreadyClaimed' } };
  expect(outcomes).toMatchObject([[WRITTEN], [claimed], [WRONG], [WRITTEN]]);
  expect(await streamIds(near, stream)).toHaveLength(1);
  expect(await streamIds(near, other)).toHaveLength(3);
});

it('the connection is lost under three writes: each is there once, and is no repeat', async () => {
  const stream = await begun();
  const ids = await streamIds(near, stream);
  for (let round = 0; round < 10; round++) {
    const events = newEvents(3, { data: `{"marker":"lost ${round}"}` });
    ids.push(...idsOf(events));
    link.holdAnswers();
    const calls = events.map((event, index) => append(far, stream, 3 * round + index, [event]));
    // Sometimes all have come there, and sometimes none.
    await realSystem.sleep(3 * (round % 4));
    link.cut();
    link.releaseAnswers();
    link.heal();
    for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject(WRITTEN);
  }
  expect(await streamIds(near, stream)).toEqual(ids);
});
