import { expect } from 'vitest';
import { InvalidAppend, type NewEvent, NO_STREAM } from '../../../../src/event-store.ts';
import type { Case } from '../../../event-store.contract.ts';
import { freshStream, newEvent, newEvents, streamIds } from './given.ts';

const NUL = String.fromCharCode(0);
const ID = '6f1c1e0a-7f0e-4d8f-9b76-1f1f5c0f7b11';

export function invalidAppendCases(it: Case): void {
  const events: [string, Partial<NewEvent>][] = [
    ['an id that is no UUID', { id: 'bet-17' }],
    ['an id in upper case', { id: ID.toUpperCase() }],
    ['an id in braces', { id: `{${ID}}` }],
    ['the zero UUID', { id: '00000000-0000-0000-0000-000000000000' }],
    ['an empty type', { type: '' }],
    ['a reserved type', { type: '$metadata' }],
    ['a type with NUL', { type: `a${NUL}b` }],
    ['a type that is too long', { type: 'x'.repeat(101) }],
    ['two megabytes', { data: JSON.stringify('x'.repeat(2_000_000)) }],
    ['two megabytes of metadata', { metadata: JSON.stringify('x'.repeat(2_000_000)) }],
    ['a limit passed in bytes, not characters', { data: JSON.stringify('é'.repeat(600_000)) }],
    ['half a surrogate pair', { data: `{"a":"${String.fromCharCode(0xd83d)}"}` }],
  ];
  for (const [what, over] of events) {
    it(`${what} is refused, and nothing of the call is written`, async ({ store }) => {
      const [good, bad] = [freshStream(), freshStream()];
      const call = store.append([
        { stream: good, expectedRevision: NO_STREAM, events: newEvents(1) },
        { stream: bad, expectedRevision: NO_STREAM, events: [newEvent(), newEvent(over)] },
      ]);
      await expect(call).rejects.toThrow(InvalidAppend);
      expect(await streamIds(store, good)).toEqual([]);
      expect(await streamIds(store, bad)).toEqual([]);
    });
  }

  for (const json of ['', '{', '1\x1f2', '{"a":undefined}', 'NaN', `{"a":"${NUL}"}`, "{'a':1}"]) {
    it(`data that is not JSON is refused: ${JSON.stringify(json)}`, async ({ store }) => {
      const stream = freshStream();
      const call = store.append([
        { stream, expectedRevision: NO_STREAM, events: [newEvent({ data: json })] },
      ]);
      await expect(call).rejects.toThrow(InvalidAppend);
      expect(await streamIds(store, stream)).toEqual([]);
      const next = { stream, expectedRevision: NO_STREAM, events: newEvents(1) };
      expect(await store.append([next])).toMatchObject([{ ok: true }]);
    });
  }

  const streams: [string, string][] = [
    ['an empty stream name', ''],
    ['a reserved stream name', '$all'],
    ['a stream name with NUL', `a${NUL}b`],
    ['a stream name with another control character', 'a\x1fb'],
    ['a stream name that is too long', 'x'.repeat(201)],
    ['a stream name with half a surrogate pair', `a${String.fromCharCode(0xdc00)}`],
  ];
  for (const [what, stream] of streams) {
    it(`${what} is refused`, async ({ store }) => {
      const part = { stream, expectedRevision: NO_STREAM, events: newEvents(1) };
      await expect(store.append([part])).rejects.toThrow(InvalidAppend);
    });
  }

  for (const revision of [-2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    it(`expected revision ${revision} is refused: it is not exact`, async ({ store }) => {
      const part = { stream: freshStream(), expectedRevision: revision, events: newEvents(1) };
      await expect(store.append([part])).rejects.toThrow(InvalidAppend);
    });
  }

  it('an empty list of events is refused', async ({ store }) => {
    const part = { stream: freshStream(), expectedRevision: NO_STREAM, events: [] };
    await expect(store.append([part])).rejects.toThrow(InvalidAppend);
  });

  it('the same stream twice in one call is refused', async ({ store }) => {
    const stream = freshStream();
    const parts = [NO_STREAM, 0].map((expectedRevision) => ({
      stream,
      expectedRevision,
      events: newEvents(1),
    }));
    await expect(store.append(parts)).rejects.toThrow(InvalidAppend);
    expect(await streamIds(store, stream)).toEqual([]);
  });

  it('1,001 parts are refused, 1,000 are taken', async ({ store }) => {
    const parts = Array.from({ length: 1_001 }, () => ({
      stream: freshStream(),
      expectedRevision: NO_STREAM,
      events: newEvents(1),
    }));
    await expect(store.append(parts)).rejects.toThrow(InvalidAppend);
    const outcomes = await store.append(parts.slice(1));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1_000);
  });
}
