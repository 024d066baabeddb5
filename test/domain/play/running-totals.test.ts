import fc from 'fast-check';
import { expect, it } from 'vitest';
import { count, noCounters, periodsOf, playedIn, roll } from '../../../src/domain/play/counters.ts';
import { playFromJson, playToJson } from '../../../src/domain/play/json.ts';
import { calendarAt } from '../../../src/domain/play/periods.ts';
import { copyOfPlay, initialPlay } from '../../../src/domain/play/state.ts';

/** The plain way: each period counts for itself what belongs to it. */
class ThreePeriods {
  readonly periods = [0, 1, 2].map(() => this.#period(0, 0));

  roll(revision: number, timeMs: number): void {
    const calendar = calendarAt(timeMs);
    if ((this.periods[0]?.startMs ?? 0) >= calendar[0].startMs) return;
    for (const [index, { startMs }] of this.periods.entries()) {
      const start = calendar[index]?.startMs ?? 0;
      if (startMs < start) this.periods[index] = this.#period(start, revision);
    }
  }

  count(revision: number, stakes: bigint, won: bigint, deposits: bigint): void {
    for (const period of this.periods) {
      if (revision < period.sinceRevision) continue;
      period.stakes += stakes;
      period.loss += stakes - won;
      period.deposits += deposits;
    }
  }

  #period(startMs: number, sinceRevision: number) {
    return { startMs, sinceRevision, stakes: 0n, loss: 0n, deposits: 0n };
  }
}

const DAY_MS = 86_400_000;
const amounts = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n }));
const steps = fc.array(
  fc.record({
    hours: fc.oneof(fc.integer({ min: -2, max: 30 }), fc.integer({ min: 0, max: 900 })),
    revisionsAgo: fc.oneof(fc.constant(0), fc.nat(8)),
    amounts: fc.tuple(amounts, amounts, amounts),
    isSaved: fc.boolean(),
  }),
  { maxLength: 40, size: 'max' },
);

it('L11 running totals tell of each period what three separate counters would, also once saved', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const plain = new ThreePeriods();
      let play = { ...initialPlay(), counters: noCounters() };
      let timeMs = 20_000 * DAY_MS;
      for (const [revision, step] of sequence.entries()) {
        timeMs += step.hours * 3_600_000;
        const belongsTo = Math.max(0, revision - step.revisionsAgo);
        const draft = copyOfPlay(play);
        for (const each of [play.counters, draft.counters]) {
          roll(each, revision, timeMs);
          count(each, belongsTo, ...step.amounts);
        }
        // What is tried on a draft leaves no trace.
        count(draft.counters, 0, 1n, 2n, 3n);
        plain.roll(revision, timeMs);
        plain.count(belongsTo, ...step.amounts);
        if (step.isSaved) play = playFromJson(playToJson(play));
        const told = periodsOf(play.counters).map((counted) => ({
          ...{ startMs: counted.startMs, sinceRevision: counted.sinceRevision },
          ...playedIn(play.counters, counted),
        }));
        expect(told).toEqual(plain.periods);
      }
    }),
    { numRuns: 250 },
  );
});
