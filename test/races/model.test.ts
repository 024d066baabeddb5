import { describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { MemoryArchive } from '../../src/adapters/memory/archive.ts';
import { MemoryKeyRegister } from '../../src/adapters/memory/key-register.ts';
import { Engine } from '../../src/commands/engine.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { keyOf } from '../../src/domain/account/records.ts';
import { type AccountRef, deterministicId, streams } from '../../src/domain/ids.ts';
import { OutcomeUnknown, StoreUnavailable } from '../../src/event-store.ts';
import { hashFor } from '../domain/account/messages.ts';
import { type Fault, FaultyStore } from '../support/faulty-store.ts';
import { GameTraffic, type Message } from '../support/game-traffic.ts';
import { staff } from '../support/house.ts';
import { hastySystem } from '../support/plain-house.ts';
import { type ModelAnswer, ReferenceWallet } from '../support/reference-wallet.ts';
import { seeded } from '../support/seeded.ts';

/*
 * Goal: the engine answers as a wallet must, through restarts, lost answers, a store that is away,
 * and with next to nothing in memory. Method: random traffic of game services goes to engines over
 * one log that fails on purpose, and to a plain reference; answers and balances must be the same.
 */
const accounts = ['anna', 'bert', 'cleo'].map((player) => ({
  ...{ brand: 'main', player, currency: 'USDT' },
}));
const PROVIDERS = ['acme', 'other'];
const TIGHT = { snapshotEvents: 7, recordsKept: 2, mostStreams: 2, mostRecords: 6 };
const FAULTS: readonly Fault[] = ['unknown-written', 'unknown-lost', 'unavailable'];
const NOW_MS = 1_000;
/** More tries than the engine makes before it gives up on one command. */
const FOR_GOOD = 8;

const system = { ...hastySystem, now: () => NOW_MS };

class World {
  readonly store: FaultyStore;
  readonly #shared = { keys: new MemoryKeyRegister(), archive: new MemoryArchive(), system };
  engine: Engine;

  /** Every other one has the register beside its log: keys are claimed with the append. */
  constructor(seed: number) {
    const log = seed % 2 === 0 ? new MemoryEventStore() : new MemoryEventStore(this.#shared.keys);
    this.store = new FaultyStore(log);
    this.engine = this.start();
  }

  start(): Engine {
    return new Engine({ ...this.#shared, store: this.store }, TIGHT);
  }

  async fund(account: AccountRef, amount: bigint): Promise<void> {
    const deposit = { deposit: `d-${account.player}`, epoch: 1, chain: 'eip155:1', address: '0xA' };
    const money = { asset: 'a', txid: 't', amount };
    const run = (command: Parameters<typeof accountDecider.decide>[0]) =>
      this.engine.execute(accountDecider, streams.account(account), command, staff('test'));
    await run({ type: 'CreditDeposit', account, ...deposit, ...money });
    for (const provider of PROVIDERS) {
      const session = deterministicId(provider);
      const used = { deviceRef: null, networkRef: null };
      const open = { type: 'OpenSession', account, provider, session, ...used } as const;
      await run({ ...open, tokenHash: hashFor(provider), expiresAtMs: 60_000 });
    }
  }

  /** As a game service does: the same again until there is an answer. */
  async send(message: Message): Promise<ModelAnswer[]> {
    const members = message.type === 'Batch' ? message.commands : [message];
    const id = members.map(({ provider, transaction }) => `${provider} ${transaction}`).join();
    for (let tries = 0; ; tries++) {
      try {
        const outcome = await this.engine.execute(
          accountDecider,
          streams.account(message.account),
          message,
          { ...staff('test'), commandId: deterministicId(id) },
          ({ transactions }) =>
            members.map((member) => transactions.get(keyOf(member.provider, member.transaction))),
        );
        if (outcome.kind === 'refused') return [{ ok: false, code: outcome.rejection.code }];
        const repeat = outcome.repeat && tries === 0;
        return outcome.state.map((record) => ({
          ...{ ok: true, repeat },
          available: record?.available ?? -1n,
        }));
      } catch (error) {
        const isRetryable = error instanceof OutcomeUnknown || error instanceof StoreUnavailable;
        if (!isRetryable || tries > 20) throw error;
      }
    }
  }

  async balances(account: AccountRef) {
    const stream = streams.account(account);
    return this.engine.load(accountDecider, stream, {
      view: ({ available, receivable }) => ({ available, receivable }),
    });
  }
}

/** In a batch, and after a lost answer, only the whole is a repeat or not. */
const told = (answers: readonly ModelAnswer[], isRepeatKnown: boolean) =>
  answers.map((each) =>
    each.ok && !(isRepeatKnown && answers.length === 1) ? { ...each, repeat: null } : each,
  );

async function begin(players: readonly AccountRef[], seed: number) {
  const world = new World(seed);
  const model = new ReferenceWallet();
  for (const account of players) {
    await world.fund(account, 100n);
    model.fund(account, 100n);
  }
  return { world, model, traffic: new GameTraffic({ seed, accounts: players, session: hashFor }) };
}

describe('the engine and the reference wallet agree', () => {
  it('L5 L6 L7 one message at a time, through lost answers, outages and restarts', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const { world, model, traffic } = await begin(accounts, seed);
      const random = seeded(seed + 1_000);
      for (let count = 0; count < 120; count++) {
        if (random() < 0.1) await world.engine.drain();
        if (random() < 0.1) world.engine = world.start();
        const fault = FAULTS[Math.floor(random() * 12)];
        const times = random() < 0.5 ? 1 : FOR_GOOD;
        if (fault) world.store.faults.push(...Array.from({ length: times }, () => fault));
        const message = traffic.next();
        const answers = await world.send(message);
        const isRepeatKnown = fault === undefined;
        world.store.faults.splice(0);
        const expected = model.handle(message);
        expect(told(answers, isRepeatKnown), `seed ${seed}, ${count}`).toEqual(
          told(expected, isRepeatKnown),
        );
        expect(await world.balances(message.account)).toEqual(model.balances(message.account));
      }
    }
  });

  it('L3 L5 a crowd of messages to one account, decided in order and appended together', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const { world, model, traffic } = await begin(accounts.slice(0, 1), seed);
      const random = seeded(seed);
      for (let crowd = 0; crowd < 12; crowd++) {
        const messages = Array.from({ length: 1 + Math.floor(random() * 30) }, () =>
          traffic.next(),
        );
        if (random() < 0.2) world.engine = world.start();
        const answers = await Promise.all(messages.map((message) => world.send(message)));
        const expected = messages.map((message) => model.handle(message));
        expect(answers.map((each) => told(each, true))).toEqual(
          expected.map((each) => told(each, true)),
        );
      }
      const [account] = accounts;
      if (account) expect(await world.balances(account)).toEqual(model.balances(account));
    }
  });
});
