import { expect } from 'vitest';
import {
  type AppendOutcome,
  NO_STREAM,
  WrongExpectedRevision,
} from '../../../../src/event-store.ts';
import type { Case } from '../../../event-store.contract.ts';
import {
  append,
  appended,
  collect,
  freshStream,
  idsOf,
  newEvent,
  newEvents,
  streamIds,
} from './given.ts';

export function appendCases(it: Case): void {
  ruleCases(it);
  partCases(it);
}

/** One case for each row of the port's table, and the edges between the rows. */
function ruleCases(it: Case): void {
  it('expected = current: written, at the next revisions', async ({ store }) => {
    const stream = freshStream();
    const first = await append(store, stream, NO_STREAM, newEvents(2));
    expect(first).toMatchObject({ ok: true, revision: 1, repeated: false });
    const second = await append(store, stream, 1, newEvents(3));
    expect(second).toMatchObject({ ok: true, revision: 4, repeated: false });
    const events = await collect(store.readStream(stream));
    expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    expect(second).toMatchObject({ position: events[4]?.position });
    const { positions } = second as Extract<typeof second, { ok: true }>;
    const places = events.slice(2).map(({ position }) => position);
    expect(positions ?? places, 'where the store knows them').toEqual(places);
  });

  it('expected = current with ids that stand earlier in the stream: written', async ({ store }) => {
    const stream = freshStream();
    const events = newEvents(1);
    await appended(store, stream, NO_STREAM, events);
    await appended(store, stream, 0, events);
    expect(await streamIds(store, stream)).toEqual([...idsOf(events), ...idsOf(events)]);
  });

  for (const [what, expected] of [
    ['no stream', NO_STREAM],
    ['an exact revision', 0],
  ] as const) {
    it(`repeat after ${what}, with later events there: the first answer`, async ({ store }) => {
      const stream = freshStream();
      if (expected === 0) await appended(store, stream, NO_STREAM, newEvents(1));
      const events = newEvents(3);
      const first = await append(store, stream, expected, events);
      await appended(store, stream, expected + 3, newEvents(2));
      const head = await store.head();
      const again = await append(store, stream, expected, events);
      const { revision, position } = first as Extract<typeof first, { ok: true }>;
      expect(again).toMatchObject({ ok: true, revision, position, repeated: true });
      expect(await store.head()).toBe(head);
    });
  }

  it('repeat of a part of the old list, at its place: success up to there', async ({ store }) => {
    const stream = freshStream();
    const events = newEvents(4);
    await appended(store, stream, NO_STREAM, events);
    const stored = await collect(store.readStream(stream));
    const beginning = await append(store, stream, NO_STREAM, events.slice(0, 2));
    expect(beginning).toEqual({
      ok: true,
      revision: 1,
      position: stored[1]?.position,
      repeated: true,
    });
    expect(await append(store, stream, 0, events.slice(1, 3))).toMatchObject({ revision: 2 });
    expect(await streamIds(store, stream)).toEqual(idsOf(events));
  });

  it('repeat with other data under the same ids: the old data stays', async ({ store }) => {
    const stream = freshStream();
    const event = newEvent();
    await appended(store, stream, NO_STREAM, [event]);
    const again = await append(store, stream, NO_STREAM, [{ ...event, data: '{"amount":"2"}' }]);
    expect(again).toMatchObject({ ok: true, repeated: true });
    expect(await collect(store.readStream(stream))).toMatchObject([{ data: event.data }]);
  });

  const [one, two, three, other] = newEvents(4) as [never, never, never, never];
  const refused: [string, number, readonly never[]][] = [
    ['< current with other ids', NO_STREAM, [other]],
    ['< current with ids that differ in part', NO_STREAM, [one, other]],
    ['< current with the old ids in another order', NO_STREAM, [two, one]],
    ['< current with old ids at another place', 0, [one]],
    ['< current with old ids followed by new ones', 1, [three, other]],
    ['< current with all old ids followed by a new one', NO_STREAM, [one, two, three, other]],
    ['> current with new ids', 3, [other]],
    ['> current with old ids', 3, [one, two, three]],
    ['far > current', 9_007_199_254_740_991, [other]],
  ];
  for (const [title, expectedRevision, events] of refused) {
    it(`expected ${title}: WrongExpectedRevision, nothing written`, async ({ store }) => {
      const stream = freshStream();
      await appended(store, stream, NO_STREAM, [one, two, three]);
      const head = await store.head();
      const outcome = await append(store, stream, expectedRevision, events);
      expect(outcome.ok).toBe(false);
      if (outcome.ok) return;
      expect(outcome.error).toBeInstanceOf(WrongExpectedRevision);
      expect(outcome.error).toMatchObject({ stream, expected: expectedRevision, actual: 2 });
      expect(await store.head()).toBe(head);
    });
  }

  it('a revision of a stream that is not there: WrongExpectedRevision, actual NO_STREAM', async ({
    store,
  }) => {
    const stream = freshStream();
    const outcome = await append(store, stream, 0, newEvents(1));
    expect(outcome).toMatchObject({ ok: false, error: { actual: NO_STREAM, expected: 0 } });
    expect(await streamIds(store, stream)).toEqual([]);
  });
}

function partCases(it: Case): void {
  it('several parts: an outcome for each, in order, and no part hinders another', async ({
    store,
  }) => {
    const [written, repeated, refused, alsoWritten] = Array.from({ length: 4 }, () =>
      freshStream(),
    ) as [string, string, string, string];
    const old = newEvents(1);
    const position = await appended(store, repeated, NO_STREAM, old);
    const outcomes = await store.append([
      { stream: written, expectedRevision: NO_STREAM, events: newEvents(2) },
      { stream: repeated, expectedRevision: NO_STREAM, events: old },
      { stream: refused, expectedRevision: 7, events: newEvents(2) },
      { stream: alsoWritten, expectedRevision: NO_STREAM, events: newEvents(1) },
    ]);
    expect(outcomes).toMatchObject([
      { ok: true, revision: 1, repeated: false },
      { ok: true, revision: 0, position, repeated: true },
      { ok: false, error: { name: 'WrongExpectedRevision', stream: refused } },
      { ok: true, revision: 0, repeated: false },
    ]);
    for (const [index, stream] of [written, repeated, refused, alsoWritten].entries()) {
      const last = (await collect(store.readStream(stream))).at(-1);
      const outcome = outcomes[index];
      expect(last?.position).toBe(outcome?.ok ? outcome.position : undefined);
    }
  });

  it('a part is written whole: its events stand together in the log', async ({ store }) => {
    const before = await store.head();
    const stream = freshStream();
    const events = newEvents(5);
    await appended(store, stream, NO_STREAM, events);
    const seen = await collect(
      store.readAll({ after: before, filter: { streamPrefixes: [stream] } }),
    );
    expect(idsOf(seen)).toEqual(idsOf(events));
  });

  it('where each event of a part stands is told, whatever its texts', async ({ store }) => {
    for (const length of [3, 1, 40, 150]) {
      const stream = freshStream('ü'.repeat(length));
      const events = newEvents(3).map((event, index) => ({
        ...event,
        data: JSON.stringify({ text: 'é'.repeat(index * 100) }),
      }));
      const part = { stream, expectedRevision: NO_STREAM, events };
      store.prepare?.(part);
      const [outcome] = await store.append([part]);
      const { position, positions } = outcome as Extract<AppendOutcome, { ok: true }>;
      const told = positions ?? (await store.positionsOf?.(part, position));
      const read = await collect(store.readStream(stream));
      expect(idsOf(read)).toEqual(idsOf(events));
      expect(told).toEqual(read.map((event) => event.position));
    }
  });

  it('no parts: no outcomes', async ({ store }) => {
    expect(await store.append([])).toEqual([]);
  });

  const bytes: Record<string, string> = {
    'key order and doubled keys': '{"b":1,"a":2,"b":3}',
    'white space': '{ "a" :\t1 }',
    'unicode beyond the first plane': '{"name":"Zoë 🎲 日本 \u2028"}',
    'escapes, that of NUL among them': '{"a":"\\u00e9\\u0000\\n\\"\\\\\\/"}',
    'numbers as they were written': '{"a":123456789012345678901234567890,"b":1.10,"c":1E400}',
    'braces, commas and quotes of array literals': '{"a":["{","}",",","\\"","NULL",null,"\'"]}',
    'a bare value': '"NULL"',
    'half a megabyte': JSON.stringify({ text: 'x'.repeat(500_000) }),
  };
  for (const [what, data] of Object.entries(bytes)) {
    it(`bytes are kept exactly: ${what}`, async ({ store }) => {
      const stream = freshStream('it’s "a" {stream}, \\ Ünï');
      const event = newEvent({
        data,
        metadata: data.length > 1_000 ? '{}' : data,
        type: 'Týpe "x"',
      });
      await appended(store, stream, NO_STREAM, [event]);
      const [stored] = await collect(store.readStream(stream));
      expect(stored).toEqual({ ...event, stream, revision: 0, position: await store.head() });
    });
  }
}
