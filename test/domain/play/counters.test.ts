import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountArchive } from '../../../src/domain/account/archive.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import { evolve, initialState } from '../../../src/domain/account/state.ts';
import { limitsAt } from '../../../src/domain/play/overview.ts';
import { calendarAt, PERIODS } from '../../../src/domain/play/periods.ts';
import { bet, betRolledBack, win, winRolledBack } from '../account/messages.ts';
import {
  at,
  deposited,
  depositReversed,
  limitSet,
  ms,
  restricted,
  sessionClosed,
  sessionFor,
} from './words.ts';

const DAY_MS = 86_400_000;

describe('the periods of a moment', () => {
  const startsAt = (time: string) =>
    calendarAt(ms(time)).map(({ startMs }) => new Date(startMs).toISOString().slice(0, 10));

  it.each([
    ['2026-03-11T00:00', ['2026-03-11', '2026-03-09', '2026-03-01']],
    ['2026-03-15T23:59', ['2026-03-15', '2026-03-09', '2026-03-01']],
    ['2026-03-16T00:00', ['2026-03-16', '2026-03-16', '2026-03-01']],
    ['2027-01-01T12:00', ['2027-01-01', '2026-12-28', '2027-01-01']],
    ['2028-02-29T12:00', ['2028-02-29', '2028-02-28', '2028-02-01']],
  ])('are days, ISO weeks and months in UTC: %s', (time, starts) =>
    expect(startsAt(time)).toEqual(starts),
  );

  it('follow on each other without a gap, over ten years', () => {
    for (let day = ms('2024-01-01T00:00'); day < ms('2034-01-01T00:00'); day += DAY_MS) {
      for (const [index, { startMs, endMs }] of calendarAt(day).entries()) {
        expect(startMs <= day && day < endMs, PERIODS[index]).toBe(true);
        expect(calendarAt(endMs)[index]?.startMs).toBe(endMs);
      }
    }
  });
});

type Kind = 'bet' | 'win' | 'undo-bet' | 'undo-win' | 'deposit' | 'reverse';
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>('bet', 'bet', 'win', 'undo-bet', 'undo-win', 'deposit', 'reverse'),
    amount: fc.integer({ min: 1, max: 50 }),
    pick: fc.nat(),
    hours: fc.integer({ min: 0, max: 60 }),
  }),
  { maxLength: 60 },
);

interface Entry {
  readonly timeMs: number;
  readonly amount: number;
  readonly id: string;
  readonly bet?: Entry;
  standing: boolean;
}

/** The plain way: all that ever happened, summed up anew. */
class Story {
  readonly bets: Entry[] = [];
  readonly wins: Entry[] = [];
  readonly deposits: Entry[] = [];

  /** The event that the step leads to; undefined when there is nothing to do it to. */
  take({ kind, amount, pick }: { kind: Kind; amount: number; pick: number }, timeMs: number) {
    const choose = (entries: readonly Entry[]) => entries[pick % Math.max(1, entries.length)];
    const id = `t-${this.bets.length + this.wins.length}`;
    const add = (entries: Entry[], more: object = {}): Entry => {
      const entry = { timeMs, amount, id, standing: true, ...more };
      entries.push(entry);
      return entry;
    };
    const undo = (entries: readonly Entry[], event: (entry: Entry) => AccountEvent) => {
      const entry = choose(entries.filter(({ standing }) => standing));
      if (entry === undefined) return undefined;
      entry.standing = false;
      return event(entry);
    };
    const won = choose(this.bets);
    switch (kind) {
      case 'bet':
        return bet(add(this.bets).id, `${amount}`);
      case 'win':
        return won && win(add(this.wins, { bet: won }).id, `${amount}`, won.id);
      case 'undo-bet':
        return undo(this.bets, (b) => betRolledBack(`x-${b.id}`, b.id, `${b.amount}`));
      case 'undo-win':
        return undo(this.wins, (w) => winRolledBack(`x-${w.id}`, w.id, `${w.amount}`));
      case 'deposit': {
        const name = `d-${this.deposits.length}`;
        add(this.deposits, { id: name });
        return deposited(`${amount}`, name);
      }
      case 'reverse':
        return undo(this.deposits, (d) => depositReversed(`${d.amount}`, d.id));
    }
  }

  used(kind: string, startMs: number): string {
    const sum = (entries: readonly Entry[]) =>
      entries
        .filter((entry) => entry.standing && (entry.bet ?? entry).timeMs >= startMs)
        .reduce((total, { amount }) => total + amount, 0);
    if (kind === 'stake') return `${sum(this.bets)}`;
    return kind === 'loss' ? `${sum(this.bets) - sum(this.wins)}` : `${sum(this.deposits)}`;
  }
}

describe('the counters of an account', () => {
  it('L11 say in every period what its whole history says, summed up anew', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const story = new Story();
        let state = initialState();
        let [timeMs, revision] = [ms('2026-02-20T07:00'), 0];
        for (const step of sequence) {
          timeMs += step.hours * 3_600_000;
          const event = story.take(step, timeMs);
          if (event) state = evolve(state, event, revision++, timeMs);
        }
        for (const { kind, period, used } of limitsAt(state.play, timeMs).usage) {
          if (kind === 'session-time') continue;
          const { startMs } = calendarAt(timeMs)[PERIODS.indexOf(period)] ?? { startMs: 0 };
          expect(used, `${kind} ${period}`).toBe(story.used(kind, startMs));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('go through the archive with sessions, limits and exclusions, and come out the same', () => {
    const two = '22222222-2222-4222-8222-222222222222';
    const history = [
      at('2026-03-10T23:00', deposited('500'), sessionFor('12:00', two), sessionFor()),
      at('09:00', bet('b-1', '60'), win('w-1', '5', 'b-1'), sessionClosed(two)),
      at('10:00', limitSet('stake', 'day', 100, '10:00'), limitSet('loss', 'week', null, '10:00')),
      at('10:01', limitSet('stake', 'day', 300, '2026-03-12T10:01')),
      at('10:02', restricted('cool-off', '12:00'), restricted('block', null, 2)),
    ];
    let [state, revision] = [initialState(), 0];
    for (const { events, timeMs } of history) {
      for (const event of events) state = evolve(state, event, revision++, timeMs);
    }
    const { core } = accountArchive.snapshot(state);
    expect(accountArchive.restore(core, []).play).toEqual(state.play);
  });
});
