import fc from 'fast-check';
import type { DomainEvent } from '../../../src/domain/events.ts';
import {
  bet,
  betUndone,
  businessDay,
  credit,
  creditUndone,
  deposited,
  detected,
  fee,
  paid,
  rate,
  registered,
  released,
  requested,
  reversed,
  type Told,
  win,
  winUndone,
} from './history.ts';

const some = <const Values extends readonly unknown[]>(...values: Values) =>
  fc.constantFrom(...(values as readonly Values[number][]));

const who = fc.record({
  brand: some('main', 'other'),
  player: some('p-1', 'p-2', 'p-3'),
  currency: some('USDT', 'ETH'),
});
const amount = fc.bigInt({ min: 1n, max: 10n ** 30n }).map(String);
const game = fc.record({
  provider: some('acme', 'best'),
  game: some('dice', 'wheel'),
  gameKind: some('slot', 'table'),
});
/** Of old versions: nobody said. */
const undoneGame = fc.oneof(game, fc.constant({ provider: 'acme', game: null, gameKind: null }));
const reason = fc.record({ reason: some('promotion', 'tournament', 'free-round') });
const name = some('one', 'two', 'three');
const epoch = fc.record({ epoch: fc.integer({ min: 1, max: 2 }) });

const played = fc.tuple(amount, who, game, reason);
const undone = fc.tuple(amount, who, undoneGame, reason);

const events: fc.Arbitrary<DomainEvent> = fc.oneof(
  { weight: 4, arbitrary: played.map(([sum, of, g]) => bet(sum, { ...of, ...g })) },
  { weight: 2, arbitrary: played.map(([sum, of, g]) => win(sum, { ...of, ...g })) },
  played.map(([sum, of, g, why]) => credit(sum, { ...of, ...g, ...why })),
  undone.map(([sum, of, g]) => betUndone(sum, { ...of, ...g })),
  undone.map(([sum, of, g]) => winUndone(sum, { ...of, ...g })),
  undone.map(([sum, of, g, why]) => creditUndone(sum, { ...of, ...g, ...why })),
  fc.tuple(name, epoch).map(([of, { epoch: number }]) => detected(of, number)),
  fc
    .tuple(name, amount, who, epoch)
    .map(([of, sum, by, number]) => deposited(of, sum, { ...by, ...number })),
  fc.tuple(name, amount).map(([of, sum]) => reversed(of, sum)),
  fc.tuple(name, amount, who).map(([of, sum, by]) => requested(of, sum, by)),
  fc.tuple(name, amount, who).map(([of, sum, by]) => paid(of, sum, by)),
  fc
    .tuple(name, amount, who, some(null, fee))
    .map(([of, sum, by, networkFee]) => released(of, sum, { ...by, networkFee })),
  fc.tuple(some('p-1', 'p-2'), some('main', 'other')).map(([p, b]) => registered(p, b)),
  some(-300, 0, 180).map((minutes) => businessDay(minutes)),
);

const DAYS_MS = 4 * 86_400_000;
const FIRST_MS = Date.parse('2026-11-19T00:00:00Z');

/** Times go on, mostly: clocks of two processes needn't agree. */
export const histories: fc.Arbitrary<readonly Told[]> = fc
  .array(fc.tuple(events, fc.integer({ min: 0, max: DAYS_MS }), fc.integer({ min: 0, max: 9 })), {
    minLength: 20,
    maxLength: 60,
    size: 'max',
  })
  .map((all) => {
    const moments = all.map(([, ms]) => ms).sort((a, b) => a - b);
    return all.map(([event, ms, luck], index) => ({
      time: new Date(FIRST_MS + (luck === 0 ? ms : (moments[index] ?? 0))).toISOString(),
      event,
    }));
  });

const DECIMALS = { USDT: 6, ETH: 18 } as const;
const decimal = fc
  .tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 9_999 }))
  .map(([whole, part]) => `${whole}.${`${part}`.padStart(4, '0').replace(/0+$/, '')}`);

/** Of every day that a history can have; now and then one is missing. */
export const rateTables: fc.Arbitrary<readonly Told[]> = fc
  .tuple(
    fc.array(decimal, { minLength: 12, maxLength: 12 }),
    fc.oneof({ weight: 2, arbitrary: fc.constant(-1) }, fc.integer({ min: 0, max: 11 })),
  )
  .map(([values, missing]) =>
    values.flatMap((value, index) => {
      if (index === missing) return [];
      const base = index % 2 === 0 ? 'USDT' : 'ETH';
      const day = new Date(FIRST_MS + (Math.floor(index / 2) - 1) * 86_400_000);
      const event = rate(day.toISOString().slice(0, 10), value, {
        ...{ base, baseDecimals: DECIMALS[base] },
      });
      return [{ time: '2026-12-01T00:00:00.000Z', event }];
    }),
  );
