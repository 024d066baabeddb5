import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../src/domain/account/commands.ts';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import { accountPostings } from '../../../src/domain/account/postings.ts';
import { deterministicId } from '../../../src/domain/ids.ts';
import { ledgerClass } from '../../../src/domain/postings.ts';
import { inSession } from './messages.ts';

const account = { brand: 'main', player: 'p-1', currency: 'USDT' };
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
  gameKind: fc.constant('other' as const),
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

const commands: fc.Arbitrary<AccountCommand> = fc.oneof(
  all(as('PlaceBet'), message, extra({ amount: amounts, session: sessions })),
  all(
    as('CreditWin'),
    message,
    extra({ amount: amounts, bet: fc.option(id('t', 12), { nil: null }) }),
  ),
  all(as('RollBack'), message, extra({ target: id('t', 12) })),
  all(as('CloseRound'), message, extra({})),
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

/** The books, kept from postings alone: a second opinion on what the state says. */
class Books {
  readonly balances = new Map<string, bigint>();

  post(event: AccountEvent): void {
    let sum = 0n;
    for (const { account: name, amount } of accountPostings(event)) {
      const kind = ledgerClass(name);
      this.balances.set(kind, (this.balances.get(kind) ?? 0n) + amount);
      sum += amount;
    }
    expect(sum).toBe(0n);
  }

  credit(kind: string): bigint {
    return -(this.balances.get(kind) ?? 0n);
  }
}

const begun = () =>
  inSession.reduce(
    (state, event, revision) => accountDecider.evolve(state, event, revision, 0),
    accountDecider.initialState(),
  );

function run(
  sequence: readonly AccountCommand[],
  each: (command: AccountCommand) => void = () => {},
) {
  let state = begun();
  let revision = inSession.length;
  const books = new Books();
  const step = (command: AccountCommand) => {
    const decision = accountDecider.decide(command, state, 0);
    if (decision.kind === 'accept') {
      for (const event of decision.events) {
        books.post(event);
        state = accountDecider.evolve(state, event, revision++, 0);
      }
    }
    return decision;
  };
  for (const command of sequence) {
    try {
      step(command);
    } catch (error) {
      // Releasing what was settled is a defect of the caller, not an answer.
      expect(String(error)).toMatch(/the hold of withdrawal/);
      continue;
    }
    each(command);
    expect(state.available).toBeGreaterThanOrEqual(0n);
    expect(state.held).toBeGreaterThanOrEqual(0n);
    expect(state.receivable).toBeGreaterThanOrEqual(0n);
    expect(books.credit('available')).toBe(state.available);
    expect(books.credit('held')).toBe(state.held);
    expect(-books.credit('receivable')).toBe(state.receivable);
  }
  return { state: () => state, step, books };
}

const sequences = fc.array(commands, { maxLength: 60 });
const runs = { numRuns: 400 };

describe('an account, whatever comes in whatever order', () => {
  it('L2 L3 posts zero in sum, and never has less than nothing', () => {
    fc.assert(
      fc.property(sequences, (sequence) => void run(sequence)),
      runs,
    );
  });

  it('L5 L10 answers an accepted command with a repeat ever after, and a refused one changes nothing', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        let state = begun();
        let revision = inSession.length;
        for (const command of sequence) {
          if (command.type === 'ReleaseHold') continue;
          const snapshot = JSON.stringify(summary(state));
          const decision = accountDecider.decide(command, state, 0);
          expect(JSON.stringify(summary(state))).toBe(snapshot);
          if (decision.kind !== 'accept') continue;
          for (const event of decision.events) {
            state = accountDecider.evolve(state, event, revision++, 0);
          }
          expect(accountDecider.decide(command, state, 0).kind).toBe('repeat');
        }
      }),
      runs,
    );
  });
});

function summary(state: ReturnType<typeof accountDecider.initialState>) {
  const { available, held, receivable, transactions, rounds, holds, deposits } = state;
  const sizes = [transactions, rounds, holds, deposits].map((map) => map.size);
  return { available: `${available}`, held: `${held}`, receivable: `${receivable}`, sizes };
}
