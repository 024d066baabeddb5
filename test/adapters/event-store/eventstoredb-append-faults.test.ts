import { status as codes } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidAppend, type NewEvent, NO_STREAM } from '../../../src/event-store.ts';
import {
  type BatchRequest,
  type BatchResponse,
  callFailure,
  namedFailure,
  responseTo,
  tooLarge,
  wordedFailure,
} from '../../support/eventstoredb-double/answers.ts';
import type { Arrival } from '../../support/eventstoredb-double/double.ts';
import { append, freshStream, idsOf, newEvent, newEvents, streamIds } from './cases/given.ts';
import { openStage, type Stage, settles } from './eventstoredb-given.ts';

/*
 * Goal: whatever becomes of an append on its way, it is written once at most and answered in time,
 * and no doubt is called a refusal. Method: the double does the harm to the first attempt.
 */
let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** The first append that arrives gets this; the others are answered as ever. */
function onFirst(harm: (arrival: Arrival) => void, times = 1): () => number {
  const { double } = stage;
  let count = 0;
  double.onAppend = (arrival) => {
    if (++count <= times) harm(arrival);
    else arrival.answer(arrival.commit());
  };
  return () => count;
}

const afterCommit = (harm: (arrival: Arrival) => void) => (arrival: Arrival) => {
  arrival.commit();
  harm(arrival);
};

function anonymous(request: BatchRequest): BatchResponse {
  const response = responseTo(request);
  response.clearCorrelationId();
  return response;
}

const unavailable = callFailure(codes.UNAVAILABLE, 'Connection dropped');
const reset = callFailure(codes.INTERNAL, 'Received RST_STREAM with code 2');

describe('L12 an append that is in the log, and whose answer is lost', () => {
  const harms: [string, (arrival: Arrival) => void][] = [
    ['the connection breaks', ({ fail }) => fail(unavailable)],
    ['a stop resets the stream', ({ fail }) => fail(reset)],
    ['the stream of appends ends in peace', ({ end }) => end()],
    ['no answer comes', () => {}],
    ['the server says it timed out', (a) => a.answer(namedFailure(a.request, 'Timeout'))],
    ['the server says it does not know', (a) => a.answer(namedFailure(a.request, 'Unknown'))],
    ['the answer says neither yes nor no', (a) => a.answer(responseTo(a.request))],
    ['the answer names no append', (a) => a.answer(anonymous(a.request))],
    ['the answer comes late', (a) => void setTimeout(() => a.answer(a.commit()), 400)],
  ];
  for (const [what, harm] of harms) {
    it(`${what}: sent again with the same ids, written once, and no repeat`, async () => {
      const arrived = onFirst(afterCommit(harm));
      const stream = freshStream();
      const events = newEvents(2);
      const outcome = await append(stage.store, stream, NO_STREAM, events);
      expect(outcome).toMatchObject({ ok: true, revision: 1, repeated: false });
      expect(arrived()).toBeGreaterThan(1);
      expect(await streamIds(stage.store, stream)).toEqual(idsOf(events));
      expect(await append(stage.store, stream, 1, newEvents(1))).toMatchObject({ ok: true });
    });
  }
});

for (const [how, harm] of [
  ['breaks', ({ fail }: Arrival) => fail(unavailable)],
  ['ends in peace', ({ end }: Arrival) => end()],
] as const) {
  it(`a stream of appends that ${how} is replaced at once, not when the time is up`, async () => {
    const patient = await stage.open(stage.double.url, { answerMs: 60_000, patienceMs: 60_000 });
    onFirst(afterCommit(harm));
    const stream = freshStream();
    const outcome = await settles(append(patient, stream, NO_STREAM, newEvents(1)), 3_000);
    expect(outcome).toMatchObject({ ok: true, repeated: false });
    expect(stage.double.batchCalls).toBe(2);
  });
}

describe('L12 an append that was not written', () => {
  const harms: [string, (arrival: Arrival) => void][] = [
    ['the server is not ready', (a) => a.answer(wordedFailure(a.request, 'Server Is Not Ready'))],
    ['the server is busy', (a) => a.answer(wordedFailure(a.request, 'Server Is Busy'))],
    ['the connection breaks', ({ fail }) => fail(unavailable)],
    [
      'the call is cut off at a deadline',
      ({ fail }) => fail(callFailure(codes.DEADLINE_EXCEEDED, '')),
    ],
  ];
  for (const [what, harm] of harms) {
    it(`${what}: sent again, written once`, async () => {
      onFirst(harm);
      const stream = freshStream();
      const events = newEvents(2);
      const outcome = await append(stage.store, stream, NO_STREAM, events);
      expect(outcome).toMatchObject({ ok: true, revision: 1, repeated: false });
      expect(await streamIds(stage.store, stream)).toEqual(idsOf(events));
    });
  }

  it('another writer takes the place meanwhile: wrong revision, never written behind it', async () => {
    const stream = freshStream();
    const theirs = newEvents(1);
    onFirst(({ fail }) => {
      void stage.double.log.append({
        stream,
        expected: -1,
        events: theirs.map((e) => ({
          ...e,
          contentType: 'application/json',
          data: Buffer.from(e.data),
          metadata: Buffer.from(e.metadata),
        })),
      });
      fail(unavailable);
    });
    const outcome = await append(stage.store, stream, NO_STREAM, newEvents(1));
    expect(outcome).toMatchObject({
      error: { name: 'WrongExpectedRevision', stream, expected: NO_STREAM, actual: 0 },
    });
    expect(await streamIds(stage.store, stream)).toEqual(idsOf(theirs));
  });
});

it('the same append 8 times at once from two stores: one attempt at a time is under way', async () => {
  const other = await stage.open();
  let underWay = 0;
  let most = 0;
  stage.double.onAppend = ({ commit, answer }) => {
    most = Math.max(most, ++underWay);
    const response = commit();
    setTimeout(() => {
      underWay--;
      answer(response);
    }, 5);
  };
  const [stream, events] = [freshStream(), newEvents(1)];
  const both = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? stage.store : other));
  const outcomes = await Promise.all(both.map((store) => append(store, stream, NO_STREAM, events)));
  expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1);
  expect(most).toBe(1);
});

it('a part of an append that is still under way is a repeat, though both are sent at once', async () => {
  const stream = freshStream();
  const [one, two] = newEvents(2) as [NewEvent, NewEvent];
  await append(stage.store, freshStream(), NO_STREAM, newEvents(1));
  const outcomes = await Promise.all([
    append(stage.store, stream, NO_STREAM, [one, two]),
    append(stage.store, stream, 0, [two]),
  ]);
  expect(outcomes).toMatchObject([
    { ok: true, revision: 1, repeated: false },
    { ok: true, revision: 1, repeated: true },
  ]);
});

describe('L12 an append that stays without a clear answer', () => {
  it('in doubt: OutcomeUnknown within the patience, and later the first answer', async () => {
    onFirst(
      afterCommit(({ fail }) => fail(unavailable)),
      1_000,
    );
    const stream = freshStream();
    const events = newEvents(2);
    const outcome = await append(stage.store, stream, NO_STREAM, events);
    expect(outcome).toMatchObject({ ok: false, error: { name: 'OutcomeUnknown' } });
    onFirst(() => {}, 0);
    const again = await append(stage.store, stream, NO_STREAM, events);
    expect(again).toMatchObject({ ok: true, revision: 1, repeated: true });
  });

  it('never taken: StoreUnavailable, because nothing was written', async () => {
    onFirst((a) => a.answer(wordedFailure(a.request, 'Server Is Not Ready')), 1_000);
    const outcome = await append(stage.store, freshStream(), NO_STREAM, newEvents(1));
    expect(outcome).toMatchObject({ ok: false, error: { name: 'StoreUnavailable' } });
  });

  it('only what is in doubt is in doubt: the other parts have their answers', async () => {
    const [good, wrong, lost] = [freshStream(), freshStream(), freshStream('lost')];
    stage.double.onAppend = ({ proposal, commit, answer }) => {
      const response = commit();
      if (!proposal.stream.startsWith('lost')) answer(response);
    };
    const outcomes = await stage.store.append(
      [good, wrong, lost].map((stream) => ({
        stream,
        expectedRevision: stream === wrong ? 4 : NO_STREAM,
        events: newEvents(1),
      })),
    );
    expect(outcomes).toMatchObject([
      { ok: true },
      { error: { name: 'WrongExpectedRevision', actual: NO_STREAM } },
      { error: { name: 'OutcomeUnknown' } },
    ]);
  });
});

describe('an append that no retry can mend', () => {
  it('larger than this server takes: InvalidAppend, after one attempt', async () => {
    const arrived = onFirst((a) => a.answer(tooLarge(a.request, 1_000)), 1_000);
    const call = append(stage.store, freshStream(), NO_STREAM, newEvents(1));
    await expect(call).rejects.toThrow(InvalidAppend);
    expect(arrived()).toBe(1);
  });

  it('larger than any server takes, types counted: never sent', async () => {
    const many = newEvents(4_000, { type: 'x'.repeat(100), data: `"${'y'.repeat(100)}"` });
    await expect(append(stage.store, freshStream(), NO_STREAM, many)).rejects.toThrow(
      InvalidAppend,
    );
    expect(stage.double.batchCalls).toBe(0);
  });

  for (const name of ['AccessDenied', 'StreamDeleted'] as const) {
    it(`${name}: said at once`, async () => {
      const arrived = onFirst((a) => a.answer(namedFailure(a.request, name)), 1_000);
      const call = append(stage.store, freshStream(), NO_STREAM, newEvents(1));
      await expect(call).rejects.toThrow(/refuses/);
      expect(arrived()).toBe(1);
    });
  }

  it('no right to append at all: said at once', async () => {
    const denied = callFailure(codes.UNAUTHENTICATED, 'who?');
    onFirst(({ fail }) => fail(denied), 1_000);
    const call = append(stage.store, freshStream(), NO_STREAM, [newEvent()]);
    await expect(call).rejects.toThrow(/refuses/);
  });
});
