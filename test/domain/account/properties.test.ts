import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../src/domain/account/commands.ts';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import { postings } from '../../../src/domain/events.ts';
import { ledgerClass } from '../../../src/domain/postings.ts';
import { accountCommands } from './arbitrary.ts';
import { inSession } from './messages.ts';

/** The books, kept from postings alone: a second opinion on what the state says. */
class Books {
  readonly balances = new Map<string, bigint>();

  post(event: AccountEvent): void {
    let sum = 0n;
    for (const { account: name, amount } of postings(event)) {
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

const sequences = fc.array(accountCommands, { maxLength: 60 });
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
  const sizes = [transactions, rounds, holds, deposits].map((shelf) => shelf.total);
  return { available: `${available}`, held: `${held}`, receivable: `${receivable}`, sizes };
}
