import { expect } from 'vitest';
import { NO_STREAM } from '../../../../src/event-store.ts';
import type { Case } from '../../../event-store.contract.ts';
import { append, collect, freshStream, newEvent, newEvents, streamIds } from './given.ts';

const WRITERS = 16;
const ROUNDS = 10;

export function concurrencyCases(it: Case): void {
  it('16 writers want the same revision: exactly one gets it, each time', async (log) => {
    const stores = [log.store, await log.another(), await log.another()];
    const stream = freshStream();
    const winners: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const attempts = Array.from({ length: WRITERS }, async (_, writer) => {
        const event = newEvent();
        const store = stores[writer % stores.length] ?? log.store;
        const outcome = await append(store, stream, round - 1, [event]);
        if (outcome.ok) winners.push(event.id);
        else expect(outcome.error).toMatchObject({ name: 'WrongExpectedRevision', actual: round });
      });
      await Promise.all(attempts);
      expect(winners).toHaveLength(round + 1);
    }
    expect(await streamIds(log.store, stream)).toEqual(winners);
  });

  it('the same append sent 16 times at once is written once', async (log) => {
    const other = await log.another();
    const stream = freshStream();
    const events = newEvents(3);
    const outcomes = await Promise.all(
      Array.from({ length: WRITERS }, (_, writer) =>
        append(writer % 2 === 0 ? log.store : other, stream, NO_STREAM, events),
      ),
    );
    const fresh = outcomes.filter((outcome) => outcome.ok && !outcome.repeated);
    expect(fresh).toHaveLength(1);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: true, revision: 2 });
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.position)).size).toBe(1);
    expect(await streamIds(log.store, stream)).toHaveLength(3);
  });

  it('16 writers to streams of their own: all written, in one order for every reader', async (log) => {
    const other = await log.another();
    const before = await log.store.head();
    const prefix = freshStream('many');
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const store = writer % 2 === 0 ? log.store : other;
        for (let revision = NO_STREAM; revision < ROUNDS - 1; revision++) {
          const outcome = await append(store, `${prefix}.${writer}`, revision, newEvents(1));
          expect(outcome.ok).toBe(true);
        }
      }),
    );
    const filter = { streamPrefixes: [prefix] };
    const seen = await collect(log.store.readAll({ after: before, filter }));
    expect(seen).toHaveLength(WRITERS * ROUNDS);
    expect(await collect(other.readAll({ after: before, filter }))).toEqual(seen);
  });
}
