import { expect } from 'vitest';
import { NO_STREAM, START } from '../../../../src/event-store.ts';
import type { Case, Log } from '../../../event-store.contract.ts';
import { appended, collect, freshStream, idsOf, newEvent, newEvents, streamIds } from './given.ts';

export function readCases(it: Case): void {
  streamCases(it);
  allCases(it);

  it('head is the position of the last event', async ({ store }) => {
    const position = await appended(store, freshStream(), NO_STREAM, newEvents(3));
    expect(await store.head()).toBe(position);
  });

  it('positions tell how many events there are, where the store says that they do', async ({
    store,
  }) => {
    const before = await store.head();
    for (const count of [1, 3, 5]) {
      await appended(store, freshStream(), NO_STREAM, newEvents(count));
    }
    if (!store.eventsBetween) return;
    const events = await collect(store.readAll({ after: before }));
    expect(store.eventsBetween(before, await store.head())).toBe(events.length);
    const positions = [before, ...events.map(({ position }) => position)];
    const steps = events.map(({ position }, index) =>
      store.eventsBetween?.(positions[index] ?? '', position),
    );
    expect(steps).toEqual(events.map(() => 1));
  });

  it('positions sort as text in the order of the log', async ({ store }) => {
    const before = await store.head();
    const stream = freshStream();
    for (let revision = NO_STREAM; revision < 24; revision++) {
      await appended(store, stream, revision, newEvents(1));
    }
    const events = await collect(
      store.readAll({ after: before, filter: { streamPrefixes: [stream] } }),
    );
    const positions = [START, ...events.map(({ position }) => position)];
    expect(positions).toEqual([...positions].sort());
    expect(new Set(positions).size).toBe(26);
    expect(events.map(({ revision }) => revision)).toEqual([...Array(25).keys()]);
  });
}

function streamCases(it: Case): void {
  it('a stream that is not there holds nothing', async ({ store }) => {
    expect(await streamIds(store, freshStream())).toEqual([]);
  });

  it('a stream is read forwards and backwards, from a revision, up to a limit', async ({
    store,
  }) => {
    const stream = freshStream();
    await appended(store, stream, NO_STREAM, newEvents(6));
    const revisions = async (options: Parameters<typeof store.readStream>[1]) =>
      (await collect(store.readStream(stream, options))).map(({ revision }) => revision);
    expect(await revisions({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await revisions({ from: 4 })).toEqual([4, 5]);
    expect(await revisions({ from: 2, limit: 2 })).toEqual([2, 3]);
    expect(await revisions({ from: 6 })).toEqual([]);
    expect(await revisions({ from: 99 })).toEqual([]);
    expect(await revisions({ limit: 0 })).toEqual([]);
    expect(await revisions({ direction: 'backwards' })).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await revisions({ direction: 'backwards', from: 2 })).toEqual([2, 1, 0]);
    expect(await revisions({ direction: 'backwards', from: 99, limit: 1 })).toEqual([5]);
    expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([5, 4]);
  });

  it('a stream longer than a page is read whole, both ways', async ({ store }) => {
    const stream = freshStream();
    const ids = idsOf(await appendMany(store, stream, 1_250));
    expect(await streamIds(store, stream)).toEqual(ids);
    const backwards = await collect(store.readStream(stream, { direction: 'backwards' }));
    expect(idsOf(backwards)).toEqual([...ids].reverse());
    expect(await collect(store.readStream(stream, { limit: 1_100 }))).toHaveLength(1_100);
  });

  it('a stream whose name begins like another one is apart from it', async ({ store }) => {
    const stream = freshStream();
    await appended(store, stream, NO_STREAM, newEvents(1));
    await appended(store, `${stream}_`, NO_STREAM, newEvents(2));
    expect(await streamIds(store, stream)).toHaveLength(1);
  });
}

function allCases(it: Case): void {
  it('the log is read after a position, exclusively, up to a limit', async ({ store }) => {
    const stream = freshStream();
    const before = await store.head();
    const ids = idsOf(await appendMany(store, stream, 1_100));
    const mine = { filter: { streamPrefixes: [stream] } };
    const all = await collect(store.readAll({ after: before, ...mine }));
    expect(idsOf(all)).toEqual(ids);
    const after = all[499]?.position ?? '';
    expect(idsOf(await collect(store.readAll({ after, ...mine })))).toEqual(ids.slice(500));
    const limited = await collect(store.readAll({ after, limit: 510, ...mine }));
    expect(idsOf(limited)).toEqual(ids.slice(500, 1_010));
    expect(await collect(store.readAll({ after: await store.head() }))).toEqual([]);
    expect(await collect(store.readAll({ after: before, limit: 0 }))).toEqual([]);
  });

  it('a page has the same events as the log, byte for byte, in any order', async ({ store }) => {
    if (store.readPage === undefined) return;
    const before = await store.head();
    const odd = ['\\', '"\\"', '\\n \\t', 'a\tb\nc\r', '\u2028 ü 😀', '\b\f\v', '\\N', '\\.'];
    const events = odd.map((text) => newEvent({ data: JSON.stringify({ text, [text]: 1 }) }));
    await appended(store, freshStream('odd \\ ü'), NO_STREAM, events);
    await appendMany(store, freshStream(), 300);
    const all = await collect(store.readAll({ after: before }));
    const page = await store.readPage(before, 1_000);
    const texts = page.map(({ metadata, data, id, type, stream, revision, position }) => {
      return { position, revision, stream, type, id, data, metadata };
    });
    expect(texts).toEqual(all);
    expect(page.map(({ stream }) => stream)).toEqual(all.map(({ stream }) => stream));
    const { position = '' } = all[4] ?? {};
    expect(idsOf(await store.readPage(position, 7))).toEqual(idsOf(all.slice(5, 12)));
    expect(await store.readPage(await store.head(), 7)).toEqual([]);
  });

  it('a filter by stream, by type, and by both', async ({ store }) => {
    const before = await store.head();
    const [one, two] = [freshStream('one_%'), freshStream('two')];
    await appended(store, one, NO_STREAM, [
      ...newEvents(1, { type: 'A' }),
      ...newEvents(1, { type: 'B' }),
    ]);
    await appended(store, two, NO_STREAM, newEvents(1, { type: 'A' }));
    await appended(store, freshStream('one'), NO_STREAM, newEvents(1, { type: 'A' }));
    const found = async (streamPrefixes: string[], types: string[]) =>
      (await collect(store.readAll({ after: before, filter: { streamPrefixes, types } }))).map(
        ({ stream, type }) => `${stream.slice(0, 3)} ${type}`,
      );
    expect(await found([one, two], [])).toEqual(['one A', 'one B', 'two A']);
    expect(await found([one, two], ['A'])).toEqual(['one A', 'two A']);
    expect(await found(['one_%'], ['B', 'C'])).toEqual(['one B']);
    expect(await found([one], ['C'])).toEqual([]);
    // No pattern: what looks like one is taken as it is written.
    expect(await found(['one_%'], ['A'])).toEqual(['one A']);
  });

  it('a position that is none is an error that says so', async ({ store }) => {
    for (const after of ['nonsense', '-1', '1e3', "0'; --", ' ']) {
      await expect(collect(store.readAll({ after }))).rejects.toThrow(/position/);
    }
  });

  it('breaking off a read leaves the store usable', async ({ store }) => {
    const stream = freshStream();
    await appendMany(store, stream, 1_100);
    for (let count = 0; count < 50; count++) {
      for await (const _ of store.readAll()) break;
      for await (const _ of store.readStream(stream)) break;
    }
    expect(await streamIds(store, stream)).toHaveLength(1_100);
  });
}

async function appendMany(store: Log['store'], stream: string, count: number) {
  const events = newEvents(count);
  await appended(store, stream, NO_STREAM, events);
  return events;
}
