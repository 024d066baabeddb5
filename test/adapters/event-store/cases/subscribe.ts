import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Delivery, NO_STREAM } from '../../../../src/event-store.ts';
import type { Case } from '../../../event-store.contract.ts';
import { appended, freshStream, idsOf, newEvents, streamIds, take } from './given.ts';

export function subscribeCases(it: Case): void {
  contentCases(it);
  endCases(it);
}

function contentCases(it: Case): void {
  it('it catches up, then goes on live', async ({ store }) => {
    const stream = freshStream();
    const after = await store.head();
    const old = newEvents(1_200);
    const young = newEvents(300);
    await appended(store, stream, NO_STREAM, old);
    const taken = take(store.subscribe({ after, filter: { streamPrefixes: [stream] } }), 1_500);
    await sleep(50);
    for (const [index, event] of young.entries()) {
      await appended(store, stream, 1_199 + index, [event]);
    }
    expect(idsOf(await taken)).toEqual(idsOf([...old, ...young]));
  });

  it('it sees what another process appends', async (log) => {
    const stream = freshStream();
    const after = await log.store.head();
    const other = await log.another();
    const taken = take(log.store.subscribe({ after, filter: { streamPrefixes: [stream] } }), 3);
    await sleep(50);
    const events = newEvents(3);
    await appended(other, stream, NO_STREAM, events);
    expect(idsOf(await taken)).toEqual(idsOf(events));
  });

  it('from any position it resumes exactly', async ({ store }) => {
    const stream = freshStream();
    const ids = idsOf(newEvents(0));
    let after = await store.head();
    for (let round = 0; round < 5; round++) {
      const events = newEvents(7);
      await appended(store, stream, ids.length - 1, events);
      ids.push(...idsOf(events));
    }
    const seen: string[] = [];
    while (seen.length < 35) {
      const filter = { streamPrefixes: [stream] };
      const events = await take(store.subscribe({ after, filter }), 5);
      seen.push(...idsOf(events));
      after = events.at(-1)?.position ?? '';
    }
    expect(seen).toEqual(ids);
  });

  it('a checkpoint comes at the end of the log, and also while nothing matches', async ({
    store,
  }) => {
    const after = await store.head();
    const filter = { streamPrefixes: [freshStream('never')] };
    const seen: Delivery[] = [];
    let position = after;
    for await (const delivery of store.subscribe({ after, filter })) {
      seen.push(delivery);
      if (delivery.kind === 'event' || seen.length > 100) break;
      expect(delivery.position >= position).toBe(true);
      if (delivery.caughtUp && delivery.position >= position) {
        if (seen.filter((d) => d.kind === 'checkpoint' && d.caughtUp).length >= 4) break;
        position = await appended(store, freshStream(), NO_STREAM, newEvents(2));
      }
    }
    const last = seen.at(-1);
    expect(last).toMatchObject({ kind: 'checkpoint', caughtUp: true });
    expect(last?.kind === 'checkpoint' && last.position > after).toBe(true);
  });

  it('a checkpoint never passes over an event that is still to come', async ({ store }) => {
    const stream = freshStream();
    const after = await store.head();
    await appended(store, stream, NO_STREAM, newEvents(1_200));
    let checkpoint = after;
    let seen = 0;
    for await (const delivery of store.subscribe({ after, filter: { streamPrefixes: [stream] } })) {
      if (delivery.kind === 'checkpoint') checkpoint = delivery.position;
      else expect(delivery.event.position > checkpoint).toBe(true);
      if (delivery.kind === 'event') seen++;
      if (delivery.kind === 'checkpoint' && delivery.caughtUp && seen === 1_200) break;
    }
    expect(seen).toBe(1_200);
  });

  it('a slow consumer loses nothing and gets nothing twice', async ({ store }) => {
    const stream = freshStream();
    const after = await store.head();
    const ids: string[] = [];
    const writing = (async () => {
      for (let round = 0; round < 60; round++) {
        const events = newEvents(20);
        await appended(store, stream, ids.length - 1, events);
        ids.push(...idsOf(events));
      }
    })();
    const seen: string[] = [];
    for await (const delivery of store.subscribe({ after, filter: { streamPrefixes: [stream] } })) {
      if (delivery.kind === 'checkpoint') continue;
      seen.push(delivery.event.id);
      if (seen.length % 50 === 0) await sleep(10);
      if (seen.length === 1_200) break;
    }
    await writing;
    expect(seen).toEqual(ids);
  });
}

function endCases(it: Case): void {
  it('it ends without an error when the signal aborts, at any moment', async ({ store }) => {
    await appended(store, freshStream(), NO_STREAM, newEvents(700));
    for (const delayMs of [0, 1, 5, 100]) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), delayMs);
      for await (const _ of store.subscribe({ signal: abort.signal }));
      clearTimeout(timer);
      expect(abort.signal.aborted).toBe(true);
    }
    for await (const _ of store.subscribe({ signal: AbortSignal.abort() })) {
      throw new Error('an aborted subscription delivered something');
    }
  });

  it('after the signal aborts, nothing more is delivered', async ({ store }) => {
    await appended(store, freshStream(), NO_STREAM, newEvents(20));
    const abort = new AbortController();
    let count = 0;
    for await (const _ of store.subscribe({ signal: abort.signal })) {
      if (++count === 5) abort.abort();
    }
    expect(count).toBe(5);
  });

  it('it ends without an error when the store closes', async ({ store }) => {
    const ended = (async () => {
      for await (const _ of store.subscribe());
      return 'ended';
    })();
    await sleep(50);
    await store.close();
    expect(await ended).toBe('ended');
  });

  it('what the consumer throws comes out, and the store goes on', async ({ store }) => {
    const stream = freshStream();
    await appended(store, stream, NO_STREAM, newEvents(1));
    const failing = (async () => {
      for await (const _ of store.subscribe()) throw new Error('of the consumer');
    })();
    await expect(failing).rejects.toThrow('of the consumer');
    expect(await take(store.subscribe(), 1)).toHaveLength(1);
  });

  it('200 subscriptions opened and broken off leave the store usable', async ({ store }) => {
    const stream = freshStream();
    const after = await store.head();
    await appended(store, stream, NO_STREAM, newEvents(3));
    const filter = { streamPrefixes: [stream] };
    for (let round = 0; round < 4; round++) {
      const many = Array.from({ length: 50 }, () => take(store.subscribe({ after, filter }), 2));
      for (const events of await Promise.all(many)) expect(events).toHaveLength(2);
    }
    await appended(store, stream, 2, newEvents(1));
    expect(await streamIds(store, stream)).toHaveLength(4);
    expect(await take(store.subscribe({ after, filter }), 4)).toHaveLength(4);
  });
}
