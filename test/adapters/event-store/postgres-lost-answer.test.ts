import { afterEach, beforeEach, expect, it } from 'vitest';
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
 * Goal: an append that Postgres committed and whose answer was lost is written once. Method: a link
 * passes the statement on and breaks the connection in place of the answer.
 */
let stores: FarAndNear;
let { far, near, link } = {} as FarAndNear;
let cutsOff = false;

beforeEach(async () => {
  cutsOff = false;
  stores = await openFarAndNear((of) => {
    if (cutsOff) of.cut();
  });
  ({ far, near, link } = stores);
});
afterEach(() => stores.close());

it('the answer to a commit is lost: the retry finds its own events, and calls them no repeat', async () => {
  const stream = freshStream();
  await appended(far, stream, NO_STREAM, newEvents(1));
  const ids = await streamIds(near, stream);
  for (let round = 0; round < 20; round++) {
    const event = newEvent({ data: `{"marker":"lost ${round}"}` });
    ids.push(event.id);
    link.swallowAnswerTo(`lost ${round}`);
    const outcome = await append(far, stream, round, [event]);
    expect(outcome).toMatchObject({ ok: true, revision: round + 1, repeated: false });
  }
  expect(link.swallowed).toBe(20);
  expect(await streamIds(near, stream)).toEqual(ids);
});

it('the answer is lost and the server stays away: OutcomeUnknown, and later the first answer', async () => {
  const [stream, refused] = [freshStream(), freshStream()];
  const events = [newEvent({ data: '{"marker":"lost"}' }), newEvent()];
  await appended(far, freshStream(), NO_STREAM, newEvents(1));
  link.swallowAnswerTo('lost');
  cutsOff = true;
  const part = { stream, expectedRevision: NO_STREAM, events };
  const outcomes = await far.append([
    part,
    { stream: refused, expectedRevision: 5, events: newEvents(1) },
  ]);
  // What was refused before the doubt stays refused: only the rest is in doubt.
  expect(outcomes).toMatchObject([
    { ok: false, error: { name: 'OutcomeUnknown' } },
    { ok: false, error: { name: 'WrongExpectedRevision', actual: NO_STREAM } },
  ]);
  expect(await streamIds(near, stream)).toEqual(idsOf(events));
  const other = freshStream();
  expect(await append(far, other, NO_STREAM, newEvents(1))).toMatchObject({
    error: { name: 'StoreUnavailable' },
  });
  expect(await streamIds(near, other)).toEqual([]);
  link.heal();
  const position = await near.head();
  expect(await far.append([part])).toEqual([{ ok: true, revision: 1, position, repeated: true }]);
});

it('another writer takes the place while the answer is lost: refused, not written twice', async () => {
  const stream = freshStream();
  await appended(far, stream, NO_STREAM, newEvents(1));
  link.cut();
  const pending = append(far, stream, 0, newEvents(1));
  await appended(near, stream, 0, newEvents(1));
  link.heal();
  expect(await pending).toMatchObject({ error: { name: 'WrongExpectedRevision', actual: 1 } });
});
