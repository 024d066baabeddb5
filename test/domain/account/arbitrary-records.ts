import fc from 'fast-check';
import { GAME_KINDS } from '../../../src/domain/account/game-fields.ts';
import {
  type CreditedDeposit,
  DEPOSIT_STATUSES,
  HOLD_STATUSES,
  type Hold,
  type Round,
  TRANSACTION_KINDS,
  type Transaction,
} from '../../../src/domain/account/records.ts';

/** Where a number takes another byte, or another form. */
const edges = [0x7e, 0x7f, 0x80, 0x3fff, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 2];
const numbers = fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.constantFrom(0, -1, ...edges));
const amounts = fc.oneof(
  fc.bigInt({ min: 0n, max: 1_000n }),
  fc.constantFrom(2n ** 53n - 2n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n, 2n ** 256n),
  fc.bigInt({ min: -(10n ** 90n), max: 10n ** 90n }),
);
/** Any UTF-16 units at all, lone surrogates too; and long ones. */
const anyUnits = fc
  .array(fc.nat(0xffff), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));
export const texts = fc.oneof(
  fc.constant(''),
  fc.string({ maxLength: 140 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  anyUnits,
  fc.tuple(anyUnits, fc.integer({ min: 100, max: 300 })).map(([text, n]) => text.repeat(n)),
);

export const transactions: fc.Arbitrary<Transaction> = fc.record({
  kind: fc.constantFrom(...TRANSACTION_KINDS),
  revision: numbers,
  available: amounts,
  held: amounts,
  round: texts,
  game: texts,
  gameKind: fc.constantFrom(...GAME_KINDS, '' as const),
  reference: texts,
  amount: amounts,
  rolledBack: fc.boolean(),
  wins: numbers,
});

export const rounds: fc.Arbitrary<Round> = fc.record({
  closed: fc.boolean(),
  bets: numbers,
  wins: numbers,
});

export const holds: fc.Arbitrary<Hold> = fc.record({
  asset: texts,
  destination: texts,
  amount: amounts,
  revision: numbers,
  available: amounts,
  held: amounts,
  status: fc.constantFrom(...HOLD_STATUSES),
});

export const deposits: fc.Arbitrary<CreditedDeposit> = fc.record({
  epoch: numbers,
  amount: amounts,
  revision: numbers,
  status: fc.constantFrom(...DEPOSIT_STATUSES),
});
