import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../src/domain/account/commands.ts';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import { type AccountState, initialState } from '../../../src/domain/account/state.ts';
import { deterministicId, streams } from '../../../src/domain/ids.ts';
import { GameTraffic, type Message } from '../../support/game-traffic.ts';
import { type ModelAnswer, ReferenceWallet } from '../../support/reference-wallet.ts';
import { hashFor } from './messages.ts';

/**
 * Goal: the domain does what a wallet must, told twice. Method: random traffic of game services to
 * three accounts goes to the deciders, with a register of keys beside them as the engine has one,
 * and to a reference that shares no line with them; each answer and each balance must be the same.
 */

const accounts = [
  { brand: 'main', player: 'anna', currency: 'USDT' },
  { brand: 'main', player: 'anna', currency: 'BTC' },
  { brand: 'main', player: 'bert', currency: 'USDT' },
];

class Deciders {
  readonly #states = new Map<string, { state: AccountState; revision: number }>();
  readonly #owners = new Map<string, string>();

  of(account: AccountCommand['account']) {
    const stream = streams.account(account);
    const found = this.#states.get(stream) ?? { state: initialState(), revision: 0 };
    this.#states.set(stream, found);
    return found;
  }

  run(command: AccountCommand): ModelAnswer[] {
    const account = this.of(command.account);
    const decision = accountDecider.decide(command, account.state, 0);
    if (decision.kind === 'refuse') return [{ ok: false, code: decision.rejection.code }];
    const firstNew = account.revision;
    if (decision.kind === 'accept') {
      const refused = this.#claim(command, decision.events);
      if (refused) return [{ ok: false, code: refused }];
      for (const event of decision.events) {
        accountDecider.evolve(account.state, event, account.revision++, 0);
      }
    }
    const members = command.type === 'Batch' ? command.commands : [command];
    const seen = new Set<string>();
    return members.map((member) => {
      if (!('transaction' in member)) return { ok: true, repeat: false, available: 0n };
      const id = `${member.provider} ${member.transaction}`;
      const record = account.state.transactions.get(id);
      if (!record) throw new Error(`${id} left no record`);
      const isFirst = record.revision >= firstNew && !seen.has(id);
      seen.add(id);
      return { ok: true, repeat: !isFirst, available: record.available };
    });
  }

  #claim(command: AccountCommand, events: readonly AccountEvent[]): string | null {
    const { claims } = accountDecider;
    const stream = streams.account(command.account);
    const keys = events.flatMap((event) => claims?.keysOf(event) ?? []);
    const taken = keys.find((key) => (this.#owners.get(key) ?? stream) !== stream);
    if (taken !== undefined) return claims?.taken(command, taken).code ?? null;
    for (const key of keys) this.#owners.set(key, stream);
    return null;
  }
}

const deposit = (account: AccountCommand['account'], amount: bigint) =>
  ({
    type: 'CreditDeposit',
    ...{ account, deposit: 'd', epoch: 1, chain: 'eip155:1', address: '0xAA' },
    ...{ asset: 'a', txid: 't', amount },
  }) as const;

const openSession = (account: AccountCommand['account'], provider: string) =>
  ({
    type: 'OpenSession',
    ...{ account, provider, session: deterministicId(provider), tokenHash: hashFor(provider) },
    ...{ expiresAtMs: 60_000, deviceRef: null, networkRef: null },
  }) as const;

function compare(seed: number, messages: number): Map<string, number> {
  const traffic = new GameTraffic({ seed, accounts, session: hashFor });
  const model = new ReferenceWallet();
  const deciders = new Deciders();
  const told = new Map<string, number>();
  for (const account of accounts) {
    model.fund(account, 100n);
    deciders.run(deposit(account, 100n));
    for (const provider of ['acme', 'other']) deciders.run(openSession(account, provider));
  }
  for (let count = 0; count < messages; count++) {
    const message: Message = traffic.next();
    const answers = deciders.run(message);
    expect(answers, show(message)).toEqual(model.handle(message));
    const { state } = deciders.of(message.account);
    const { available, receivable } = state;
    expect({ available, receivable }).toEqual(model.balances(message.account));
    for (const answer of answers) {
      const name = answer.ok ? (answer.repeat ? 'repeat' : 'done') : answer.code;
      told.set(name, (told.get(name) ?? 0) + 1);
    }
  }
  return told;
}

const show = (message: Message) =>
  JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

describe('the domain and the reference wallet', () => {
  it('L5 L7 agree on each answer and balance, whatever comes twice, late or in conflict', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 80 }), (seed, messages) => {
        compare(seed, messages);
      }),
      { numRuns: 200 },
    );
  });

  it('were asked for every answer that there is', () => {
    const told = new Map<string, number>();
    for (let seed = 0; seed < 40; seed++) {
      for (const [name, count] of compare(seed, 120)) {
        told.set(name, (told.get(name) ?? 0) + count);
      }
    }
    const answers = [
      ...['done', 'repeat', 'key-reused', 'insufficient-funds', 'round-closed', 'round-not-found'],
      ...['bet-not-found', 'bet-rolled-back', 'transaction-rolled-back', 'transaction-not-yours'],
      ...['rollback-of-rollback', 'nothing-to-roll-back', 'win-stands'],
    ];
    expect([...told.keys()].sort()).toEqual(answers.sort());
    for (const [name, count] of told) expect(count, name).toBeGreaterThan(5);
  });
});
