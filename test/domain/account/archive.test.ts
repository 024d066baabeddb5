import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, byteAt, wordAt } from '../../../src/domain/account/bytes.ts';
import type { AccountCommand } from '../../../src/domain/account/commands.ts';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import {
  type ByteForm,
  depositBytes,
  holdBytes,
  ID,
  LENGTH,
  roundBytes,
  transactionBytes,
} from '../../../src/domain/account/record-bytes.ts';
import type { AccountState } from '../../../src/domain/account/state.ts';
import type { Decision, RecordPage } from '../../../src/domain/decider.ts';
import { GameTraffic } from '../../support/game-traffic.ts';
import { account, accountCommands } from './arbitrary.ts';
import {
  bet,
  credit,
  credited,
  creditWin,
  hashFor,
  inSession,
  opened,
  placeBet,
  rollBack,
  win,
} from './messages.ts';

const archived = (() => {
  if (!accountDecider.archived) throw new Error('the account has no archive');
  return accountDecider.archived;
})();

const FORMS = new Map<number, ByteForm<object>>(
  [transactionBytes, roundBytes, holdBytes, depositBytes].map((form) => [
    form.mark,
    form as unknown as ByteForm<object>,
  ]),
);

/** All records of an archive by their keys; its pages come newest first. */
function recordsIn(pages: readonly RecordPage[]): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { records } of pages.toReversed()) {
    for (let at = 0; at < records.length; at += wordAt(records, at + LENGTH)) {
      const mark = byteAt(records, at);
      const reader = new ByteReader().from(records, at + ID);
      const id = reader.text();
      found.set(`${String.fromCharCode(mark)} ${id}`, FORMS.get(mark)?.read(reader));
    }
  }
  return found;
}

/** An account as the engine keeps it: a log, a snapshot with pages beside it, and a memory. */
class KeptInParts {
  readonly log: AccountEvent[] = [];
  /** Newest first. */
  readonly pages: RecordPage[] = [];
  state: AccountState = accountDecider.initialState();
  #core: { readonly text: string; readonly events: number } | null = null;

  run(command: AccountCommand): Decision<AccountEvent> {
    this.fetch([command]);
    const decision = accountDecider.decide(command, this.state, 0);
    if (decision.kind === 'accept') {
      for (const event of decision.events) this.fold(event);
    }
    return decision;
  }

  save(): void {
    const { core, runs } = archived.snapshot(this.state);
    this.pages.unshift(...runs.flat().reverse());
    this.#core = { text: core, events: this.log.length };
  }

  evict(keep: number): void {
    archived.evict(this.state, keep);
  }

  restart(): void {
    const tail = this.log.splice(this.#core?.events ?? 0);
    this.state = this.#core ? this.#restored(this.#core.text) : accountDecider.initialState();
    // All that the tail needs at once, as it is fetched for many events.
    this.fetch(tail);
    for (const event of tail) this.fold(event);
  }

  fetch(needing: readonly (AccountCommand | AccountEvent)[]): void {
    for (;;) {
      const keys = needing.flatMap((each) => archived.missing(this.state, each));
      if (keys.length === 0) return;
      for (const key of keys) archived.put(this.state, key, this.pagesOf(key));
    }
  }

  pagesOf(key: string): RecordPage[] {
    return this.pages.filter(({ hashes }) => hashes.includes(archived.hashOf(key)));
  }

  #restored(core: string): AccountState {
    return archived.restore(
      core,
      this.pages.map(({ hashes }) => hashes),
    );
  }

  fold(event: AccountEvent): void {
    accountDecider.evolve(this.state, event, this.log.length, 0);
    this.log.push(event);
  }
}

type Step = AccountCommand | 'traffic' | 'save' | 'restart' | { readonly keep: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('traffic' as const) },
  { weight: 2, arbitrary: accountCommands },
  { weight: 4, arbitrary: fc.constantFrom('save' as const, 'restart' as const) },
  { weight: 2, arbitrary: fc.record({ keep: fc.integer({ min: 0, max: 6 }) }) },
);

/** A defect of the caller, such as releasing what was settled, is the same defect in both. */
function outcome(run: () => Decision<AccountEvent>): unknown {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

describe('an account of which only a part is in memory', () => {
  it('L5 L10 decides and ends exactly as one that is whole, saved, evicted and restored at random', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(steps, { maxLength: 120 }), (seed, sequence) => {
        const traffic = new GameTraffic({ seed, accounts: [account], session: hashFor });
        const whole = new KeptInParts();
        const parts = new KeptInParts();
        for (const each of [whole, parts]) {
          for (const event of inSession) each.fold(event);
          each.run({ ...credit(1, 1_000n), account });
        }
        for (const step of sequence) {
          if (step === 'save') parts.save();
          else if (step === 'restart') parts.restart();
          else if (typeof step === 'object' && 'keep' in step) parts.evict(step.keep);
          else {
            const command = step === 'traffic' ? traffic.next() : step;
            expect(outcome(() => parts.run(command))).toEqual(outcome(() => whole.run(command)));
          }
        }
        parts.restart();
        const ends = [whole, parts].map((each) => {
          each.save();
          const { core } = archived.snapshot(each.state);
          return { core, records: recordsIn(each.pages), log: each.log };
        });
        expect(ends[1]).toEqual(ends[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('asks for nothing while all there is is in memory', () => {
    const parts = new KeptInParts();
    expect(archived.missing(parts.state, placeBet('b-1', 1n))).toEqual([]);
    parts.run(placeBet('b-1', 1n));
    parts.save();
    expect(archived.missing(parts.state, creditWin('w-9', 1n, 'b-9'))).toEqual([]);
  });

  const cold = () => {
    const parts = new KeptInParts();
    const played = [bet('b-1', '1'), win('w-1', '2', 'b-1')];
    for (const event of [opened, credited('9'), ...inSession, ...played]) parts.fold(event);
    parts.save();
    parts.restart();
    return parts;
  };

  it('asks for the records that a command touches, and for a rollback again', () => {
    const { state } = cold();
    expect(archived.size(state)).toBe(0);
    expect(archived.missing(state, placeBet('b-1', 1n))).toEqual(['t acme b-1', 'r acme r-1']);
    const late = creditWin('w-2', 1n, 'b-1');
    // Of what is new, its hash says so.
    expect(archived.missing(state, late)).toEqual(['r acme r-1', 't acme b-1']);
    const parts = cold();
    const undo = rollBack('x-1', 'w-1');
    expect(archived.missing(parts.state, undo)).toEqual(['t acme w-1']);
    archived.put(parts.state, 't acme w-1', parts.pages);
    expect(archived.missing(parts.state, undo)).toEqual(['t acme b-1']);
    const hold = { type: 'SettleHold', account, withdrawal: 'h' } as unknown as AccountCommand;
    // There is none at all, which the core knows.
    expect(archived.missing(parts.state, hold)).toEqual([]);
  });

  it('never decides on a record that is not in memory', () => {
    expect(() => accountDecider.decide(placeBet('b-1', 1n), cold().state, 0)).toThrow('acme b-1');
  });

  it('never forgets what no archive has', () => {
    const parts = cold();
    parts.run(placeBet('b-2', 1n));
    parts.evict(0);
    expect(archived.size(parts.state)).toBe(2);
    const { runs } = archived.snapshot(parts.state);
    expect([...recordsIn(runs.flat()).keys()].toSorted()).toEqual(['r acme r-1', 't acme b-2']);
    parts.evict(0);
    expect(archived.size(parts.state)).toBe(0);
  });

  it('keeps the newest', () => {
    const parts = new KeptInParts();
    for (const event of [opened, credited('99'), ...inSession]) parts.fold(event);
    for (let n = 0; n < 50; n++) parts.run(placeBet(`b-${n}`, 1n));
    parts.save();
    parts.evict(11);
    // The hashes of what has left count for a few.
    expect(archived.size(parts.state)).toBeLessThanOrEqual(11 + 5);
    expect(archived.missing(parts.state, placeBet('b-49', 1n))).toEqual([]);
    expect(archived.missing(parts.state, placeBet('b-1', 1n))).toContain('t acme b-1');
  });
});
