import fc from 'fast-check';
import type { AccountCommand, GameCommand } from '../../../src/domain/account/commands.ts';
import { deterministicId } from '../../../src/domain/ids.ts';

export const account = { brand: 'main', player: 'p-1', currency: 'USDT' };
const amounts = fc.bigInt({ min: 1n, max: 50n });
const id = (prefix: string, count: number) =>
  fc.integer({ min: 1, max: count }).map((n) => `${prefix}-${n}`);
// Few ids, so that repeats, reuse with other content, and crossings are the rule.
const message = fc.record({
  account: fc.constant(account),
  provider: fc.constantFrom('acme', 'other'),
  transaction: id('t', 12),
  round: id('r', 3),
  game: fc.constant('dice'),
  gameKind: fc.constantFrom('other' as const, 'slot' as const),
  data: fc.constant({}),
});
const deposit = fc.record({
  account: fc.constant(account),
  deposit: id('d', 3),
  epoch: fc.integer({ min: 1, max: 3 }),
  chain: fc.constant('eip155:1'),
  address: fc.constant('0xAA'),
});
const withdrawal = fc.record({
  account: fc.constant(account),
  withdrawal: id('w', 4).map((name) => deterministicId(name)),
});
const as = <Type extends string>(type: Type) => fc.record({ type: fc.constant(type) });
const all = <A, B, C>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>, c: fc.Arbitrary<C>) =>
  fc.tuple(a, b, c).map(([x, y, z]) => ({ ...x, ...y, ...z }));
const extra = <T extends Record<string, unknown>>(value: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(value);

// One of each: a bet that shows the other's is refused.
const sessions = fc.constantFrom('a', 'b').map((letter) => letter.repeat(64));

const games: fc.Arbitrary<GameCommand> = fc.oneof(
  all(as('PlaceBet'), message, extra({ amount: amounts, session: sessions })),
  all(
    as('CreditWin'),
    message,
    extra({ amount: amounts, bet: fc.option(id('t', 12), { nil: null }) }),
  ),
  all(as('RollBack'), message, extra({ target: id('t', 12) })),
  all(as('CloseRound'), message, extra({})),
  all(
    as('CreditStakeless'),
    message,
    extra({
      amount: amounts,
      reason: fc.constantFrom('promotion' as const, 'free-round' as const),
      round: fc.option(id('r', 3), { nil: null }),
      game: fc.constant(null),
    }),
  ),
);

const batches: fc.Arbitrary<AccountCommand> = fc
  .tuple(fc.constantFrom('acme', 'other'), fc.array(games, { minLength: 1, maxLength: 8 }))
  .map(([provider, members]) => ({
    type: 'Batch',
    ...{ account, provider, commands: members.map((member) => ({ ...member, provider })) },
  }));

const funds: fc.Arbitrary<AccountCommand> = fc.oneof(
  all(
    as('CreditDeposit'),
    deposit,
    extra({ asset: fc.constant('a'), txid: fc.constant('t'), amount: fc.constant(60n) }),
  ),
  all(as('ReverseDeposit'), deposit, extra({})),
  all(
    as('HoldWithdrawal'),
    withdrawal,
    extra({
      amount: amounts,
      asset: fc.constant('a'),
      chain: fc.constant('eip155:1'),
      destination: fc.constant('0xBB'),
      key: fc.constant('k'),
    }),
  ),
  all(
    as('ReleaseHold'),
    withdrawal,
    extra({ reason: fc.constant('rejected' as const), networkFee: fc.constant(null) }),
  ),
);

/** Whatever may be asked of one account. */
export const accountCommands: fc.Arbitrary<AccountCommand> = fc.oneof(
  { weight: 6, arbitrary: games },
  { weight: 1, arbitrary: batches },
  { weight: 4, arbitrary: funds },
);
