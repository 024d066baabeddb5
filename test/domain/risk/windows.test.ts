import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCadence, noteBet, rhythmOf, squareRoot } from '../../../src/domain/risk/cadence.ts';
import { follow } from '../../../src/domain/risk/follow.ts';
import { joined, MOST_PLAYERS, withReference } from '../../../src/domain/risk/links.ts';
import { newPlay } from '../../../src/domain/risk/play.ts';
import { playOf, playText } from '../../../src/domain/risk/play-text.ts';
import { tallyOf, WINDOWS } from '../../../src/domain/risk/windows.ts';
import { bet, credit, deposit, type Moment, played, request, win } from './words.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** How far a window reaches, and the steps in which it slides. */
const REACH = {
  '1h': [6, 10 * MINUTE],
  '24h': [12, 2 * HOUR],
  '7d': [7, DAY],
  '30d': [30, DAY],
} as const;

const amount = fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String);
const kind = fc.constantFrom('slot', 'table', 'other');
const event = fc.oneof(
  fc.tuple(amount, kind).map(([a, k]) => bet(a, k)),
  amount.map(win),
  amount.map(credit),
  amount.map((a) => deposit(a)),
  fc.boolean().map((isNew) => request(isNew)),
);

/** Mostly forward, by anything from an instant to weeks, and now and then a little back. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 * MINUTE }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: -5 * MINUTE, max: 0 }) },
);
const history = fc
  .array(fc.tuple(step, event), { maxLength: 60 })
  .map((steps) => {
    let timeMs = Date.parse('2026-01-01T00:00:00Z');
    return steps.map(([forward, each]): Moment => {
      timeMs += forward;
      return { timeMs, events: [each] };
    });
  })
  .filter((moments) => moments.length > 0);

describe('a window', () => {
  it('holds what its stretches held, summed up anew from the whole history', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 2 * DAY }), (moments, later) => {
        const play = played(moments);
        const newest = Math.max(...moments.map(({ timeMs }) => timeMs));
        const nowMs = newest + later;
        const account = play.accounts.get('USDT');
        for (const ring of account?.trail ?? []) {
          const places = ring.map(({ index }) => index);
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        }
        for (const window of WINDOWS) {
          const [stretches, length] = REACH[window];
          const from = (Math.floor(nowMs / length) - stretches + 1) * length;
          const inside = moments.filter(({ timeMs }) => timeMs >= from).flatMap((m) => m.events);
          const of = (type: string) => inside.filter((each) => each.type === type);
          const sum = (type: string) =>
            of(type).reduce(
              (total, { data }) => total + BigInt((data as unknown as { amount: string }).amount),
              0n,
            );
          const tally = account && tallyOf(account.trail, window, nowMs);
          expect(tally).toMatchObject({
            bets: of('BetDebited').length,
            deposits: of('DepositCredited').length,
            withdrawals: of('WithdrawalRequested').length,
            ...{ deposited: sum('DepositCredited'), wins: sum('WinCredited') },
            bonus: sum('StakelessCredited'),
          });
          expect(tally?.stakes.reduce((a, b) => a + b)).toBe(sum('BetDebited'));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('needs no more memory however long somebody plays', () => {
    const days = Array.from({ length: 5000 }, (_, place) => ({
      timeMs: Date.parse('2026-01-01T00:00:00Z') + place * 11 * MINUTE,
      events: [bet('5')],
    }));
    const rings = played(days)
      .accounts.get('USDT')
      ?.trail.map((ring) => ring.length);
    expect(rings).toEqual([6, 12, 30]);
  });
});

describe('a player who bets', () => {
  it('is looked at anew with every 50th bet', () => {
    const play = newPlay();
    const moments = Array.from({ length: 150 }, (_, place) => follow(play, bet('5'), place * 1000));
    expect(moments.flatMap((isMoment, place) => (isMoment ? [place + 1] : []))).toEqual([
      50, 100, 150,
    ]);
  });
});

describe('what is remembered', () => {
  it('comes back from its text as it was, and has one text', () => {
    fc.assert(
      fc.property(history, (moments) => {
        const play = played(moments);
        const back = playOf(playText(play));
        expect(back).toEqual(play);
        expect(playText(back)).toBe(playText(play));
      }),
      { numRuns: 100 },
    );
  });

  it('of references is the newest four of each use', () => {
    let used = withReference([], { use: 'device', reference: 'd', players: 1 });
    for (let n = 1; n <= 6; n++) {
      used = withReference(used, { use: 'source', reference: `s-${n}`, players: n });
    }
    used = withReference(used, { use: 'source', reference: 's-4', players: 9 });
    expect(used.map(({ reference, players }) => `${reference} ${players}`)).toEqual([
      's-4 9',
      's-6 6',
      's-5 5',
      's-3 3',
      'd 1',
    ]);
  });

  it('of players on one thing is bounded, and each is there once', () => {
    let players: readonly string[] = [];
    for (let n = 0; n < 80; n++) players = joined(players, `main.p-${n}`);
    expect(players).toHaveLength(MOST_PLAYERS);
    expect(joined(players, 'main.p-80')).toBe(players);
    expect(joined(['main.p-1'], 'main.p-1')).toEqual(['main.p-1']);
  });
});

describe('the rhythm', () => {
  it('is that of the last 64 to 127 intervals, to the basis point', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 300 }),
        (intervals) => {
          const cadence = newCadence();
          let timeMs = Date.parse('2026-01-01T00:00:00Z');
          noteBet(cadence, timeMs);
          for (const interval of intervals) {
            timeMs += interval;
            noteBet(cadence, timeMs);
          }
          const full = Math.floor(intervals.length / 64);
          const last = intervals.slice(Math.max(full - 1, 0) * 64);
          const mean = last.reduce((a, b) => a + b, 0) / last.length;
          const spread = last.reduce((a, b) => a + (b - mean) ** 2, 0) / last.length;
          const { intervals: count, variationBp } = rhythmOf(cadence);
          expect(count).toBe(last.length);
          const wanted = mean === 0 ? null : (Math.sqrt(spread) / mean) * 10_000;
          if (wanted === null) {
            expect(variationBp).toBeNull();
            return;
          }
          expect(Math.abs((variationBp ?? -1) - wanted)).toBeLessThan(1.001);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is worked out with a whole square root', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (square) => {
        const root = squareRoot(square);
        expect(root * root <= square && square < (root + 1n) * (root + 1n)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
