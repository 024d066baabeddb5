import { Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import type { Checkpoints } from '../../src/bookkeeping.ts';
import { approveWithdrawal, cancelWithdrawal } from '../../src/commands/decide-withdrawal.ts';
import type { House } from '../../src/commands/house.ts';
import { endWithdrawals } from '../../src/commands/policies/end-withdrawals.ts';
import { openWithdrawals } from '../../src/commands/policies/open-withdrawal.ts';
import { type PolicyRun, runPolicy } from '../../src/commands/policies/runner.ts';
import { requestWithdrawal } from '../../src/commands/request-withdrawal.ts';
import { streams, withdrawalId } from '../../src/domain/ids.ts';
import { withdrawalDecider } from '../../src/domain/withdrawal/decide.ts';
import { OutcomeUnknown, type Position, StoreUnavailable } from '../../src/event-store.ts';
import { type Fault, FaultyStore } from '../support/faulty-store.ts';
import { eventually, staff, value } from '../support/house.ts';
import {
  balanceIn,
  credit,
  PLAIN_CHAIN,
  plainHouse,
  publishTestPolicies,
  richPlayer,
  typesIn,
} from '../support/plain-house.ts';

const OWNER = { brand: 'main', player: 'anna' };
const ID = withdrawalId(OWNER, 'key-1');
const destination = Wallet.createRandom().address;
const OPENED = ['WithdrawalRequested', 'VerificationChecked', 'WithdrawalPutUnderReview'];
/** As often as the engine tries before it gives up. */
const FOR_GOOD = 7;

let memory: MemoryEventStore;
let store: FaultyStore;
let house: House;
let stopping: AbortController;
let saved: Map<string, Position>;

beforeEach(async () => {
  memory = new MemoryEventStore();
  store = new FaultyStore(memory);
  house = plainHouse(store);
  stopping = new AbortController();
  saved = new Map();
  await publishTestPolicies(house);
  await richPlayer(house, OWNER.player, 1_000n, 'ETH');
  await credit(house, OWNER.player, 1_000n, 'USDT');
});

afterEach(() => stopping.abort());

const ask = (through: House, currency = 'ETH', amount = 300n, requester = 'alice') =>
  requestWithdrawal(
    through,
    { ...OWNER, currency, chain: PLAIN_CHAIN, destination, amount: `${amount}` },
    'key-1',
    staff(requester),
  );

/** The process dies and comes back: nothing in memory is kept. */
function restart(): { house: House; run: PolicyRun; end: PolicyRun } {
  const again = plainHouse(memory);
  const checkpoints: Checkpoints = {
    load: async (name) => saved.get(name) ?? '',
    save: async (name, position) => void saved.set(name, position),
  };
  const shell = { store: memory, checkpoints, system: realSystem, signal: stopping.signal };
  const onError = () => {};
  const run = runPolicy(openWithdrawals(again), { ...shell, onError });
  const end = runPolicy(endWithdrawals(again), { ...shell, onError });
  return { house: again, run, end };
}

const withdrawalTypes = () => typesIn(memory, { streamPrefixes: [streams.withdrawal(ID)] });

const opened = () =>
  eventually('the withdrawal under review', async () =>
    (await withdrawalTypes()).includes('WithdrawalPutUnderReview'),
  );

describe('a crash between the hold and the withdrawal', () => {
  const times = (fault: Fault) => Array.from({ length: FOR_GOOD }, () => fault);
  it.each([
    ['before the request', ['none', 'unavailable'], StoreUnavailable, 0],
    ['at the request', ['none', ...times('unknown-written')], OutcomeUnknown, 1],
    ['before the check', ['none', 'none', 'unavailable'], StoreUnavailable, 1],
    ['at the check', ['none', 'none', ...times('unknown-written')], OutcomeUnknown, 2],
    ['before the review', ['none', 'none', 'none', 'unavailable'], StoreUnavailable, 2],
  ] as const)(
    'L6 %s is finished by the policy after a restart',
    async (_, faults, error, there) => {
      store.faults.push(...faults);
      await expect(ask(house)).rejects.toThrow(error);
      expect(await withdrawalTypes()).toEqual(OPENED.slice(0, there));
      expect(await balanceIn(house, 'anna')).toEqual({ available: 700n, held: 300n });

      const { house: again, run } = restart();
      await opened();
      await eventually('the policy', async () => run.health().caughtUp);
      expect(await withdrawalTypes()).toEqual(OPENED);
      // The caller who asks again gets the first answer, and nothing happens twice.
      const answer = value(await ask(again));
      expect(answer).toMatchObject({ withdrawal: ID, held: '300', repeat: true });
      expect(await withdrawalTypes()).toEqual(OPENED);
      expect(await balanceIn(again, 'anna')).toEqual({ available: 700n, held: 300n });
    },
  );

  it('W8 finished by another caller: whoever asked first is still the one who cannot approve', async () => {
    store.faults.push('none', 'unavailable');
    await expect(ask(house, 'ETH', 300n, 'alice')).rejects.toThrow(StoreUnavailable);
    const again = plainHouse(memory);
    value(await ask(again, 'ETH', 300n, 'bob'));
    const state = await again.engine.load(withdrawalDecider, streams.withdrawal(ID));
    if (state.status === 'none') throw new Error('not opened');
    const { contentHash, requester } = state.request;
    expect(requester).toBe('alice');
    expect(await approveWithdrawal(again, ID, { contentHash }, staff('alice'))).toMatchObject({
      rejection: { code: 'approver-is-requester' },
    });
    value(await approveWithdrawal(again, ID, { contentHash }, staff('bob')));
  });

  it('L6 with the policy on the same log from the start: still once', async () => {
    const { run } = restart();
    value(await ask(house));
    await eventually('the policy', async () => {
      const { position, caughtUp } = run.health();
      return caughtUp && position === (await memory.head());
    });
    expect(await withdrawalTypes()).toEqual(OPENED);
  });
});

describe('a cancelled withdrawal', () => {
  const release = { streamPrefixes: ['account-'], types: ['HoldReleased'] };

  it('W6 gives the funds back once, however often it is cancelled and the policy runs', async () => {
    value(await ask(house));
    const cancel = () => cancelWithdrawal(house, ID, { reason: 'mistake' }, staff('alice'));
    expect(value(await cancel())).toMatchObject({ status: 'cancelled', repeat: false });
    expect(value(await cancel())).toMatchObject({ status: 'cancelled', repeat: true });
    // The second process has no checkpoint: it handles the same event again.
    for (let run = 0; run < 2; run++) {
      saved.clear();
      const { end } = restart();
      await eventually('the policy', async () => end.health().caughtUp);
    }
    expect(await balanceIn(plainHouse(memory), 'anna')).toEqual({ available: 1_000n, held: 0n });
    expect(await typesIn(memory, release)).toEqual(['HoldReleased']);
    // The key is used up: asking again is answered with the first result and holds nothing.
    expect(value(await ask(plainHouse(memory)))).toMatchObject({ withdrawal: ID, repeat: true });
    expect(await typesIn(memory, release)).toEqual(['HoldReleased']);
  });

  it('W6 either cancelled or approved, when both are said at once', async () => {
    value(await ask(house));
    const state = await house.engine.load(withdrawalDecider, streams.withdrawal(ID));
    if (state.status === 'none') throw new Error('not opened');
    const { contentHash } = state.request;
    const answers = await Promise.all([
      cancelWithdrawal(house, ID, { reason: 'mistake' }, staff('alice')),
      approveWithdrawal(plainHouse(memory), ID, { contentHash }, staff('bob')),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe("one key for two of a player's currencies", () => {
  it('L5 W6 the second is refused and its hold released, again and again the same', async () => {
    value(await ask(house, 'ETH'));
    for (let again = 0; again < 3; again++) {
      expect(await ask(house, 'USDT')).toMatchObject({ rejection: { code: 'key-reused' } });
      expect(await balanceIn(house, 'anna', 'USDT')).toEqual({ available: 1_000n, held: 0n });
    }
    expect(await balanceIn(house, 'anna', 'ETH')).toEqual({ available: 700n, held: 300n });
    expect(await withdrawalTypes()).toEqual(OPENED);
    const usdt = { streamPrefixes: [streams.account({ ...OWNER, currency: 'USDT' })] };
    expect(await typesIn(memory, usdt)).toEqual([
      ...['AccountOpened', 'DepositCredited', 'WithdrawalHeld', 'HoldReleased'],
    ]);
  });

  it('L5 L6 both at once through two processes: one passes, the other is released', async () => {
    const answers = await Promise.all([ask(house, 'ETH'), ask(plainHouse(memory), 'USDT')]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const balances = [
      await balanceIn(house, 'anna', 'ETH'),
      await balanceIn(house, 'anna', 'USDT'),
    ];
    expect(balances.map(({ held }) => held).sort()).toEqual([0n, 300n]);
    expect(await withdrawalTypes()).toEqual(OPENED);
  });

  it('L6 a crash before the second hold is released is finished by the policy', async () => {
    value(await ask(house, 'ETH'));
    store.faults.push('none', 'unavailable');
    await expect(ask(house, 'USDT')).rejects.toThrow(StoreUnavailable);
    restart();
    await eventually('the release', async () => {
      const { available, held } = await balanceIn(plainHouse(memory), 'anna', 'USDT');
      return available === 1_000n && held === 0n;
    });
    expect(await withdrawalTypes()).toEqual(OPENED);
  });
});

describe('a request that no policy covers', () => {
  it('W1 is refused before anything is held', async () => {
    await publishTestPolicies(house, { rules: [{ currency: 'ETH', upTo: '299', approvals: 1 }] });
    const before = await typesIn(memory);
    expect(await ask(house)).toMatchObject({ rejection: { code: 'policy-missing' } });
    expect(await ask(house, 'USDT')).toMatchObject({ rejection: { code: 'policy-missing' } });
    expect(await typesIn(memory)).toEqual(before);
  });

  it('L5 that was made before is answered with its first result all the same', async () => {
    const first = value(await ask(house));
    const feeCaps = { [PLAIN_CHAIN]: '1' };
    await publishTestPolicies(house, {
      ...{ rules: [{ currency: 'ETH', upTo: '299', approvals: 1 }], feeCaps },
    });
    expect(value(await ask(house))).toEqual({ ...first, repeat: true });
    expect(await ask(house, 'ETH', 301n)).toMatchObject({ rejection: { code: 'key-reused' } });
    expect(await withdrawalTypes()).toEqual(OPENED);
  });
});
