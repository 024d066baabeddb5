import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import type { House } from '../../src/commands/house.ts';
import { placeBet } from '../../src/commands/place-bet.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { streams } from '../../src/domain/ids.ts';
import { OutcomeUnknown, StoreUnavailable } from '../../src/event-store.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { staff, value } from '../support/house.ts';
import { balanceIn, credit, plainHouse, richPlayer, typesIn } from '../support/plain-house.ts';
import { tokenOf } from '../support/sessions.ts';

/** As often as the engine tries before it gives up. */
const FOR_GOOD = 7;

let memory: MemoryEventStore;
/** What the engine under test sees of it. */
let store: FaultyStore;
let house: House;
/** Another process on the same log. */
let other: House;

const bet = (through: House, transaction: string, amount: bigint, player = 'anna') =>
  placeBet(
    through,
    'acme',
    {
      ...{ brand: 'main', player, currency: 'ETH', transaction },
      ...{ round: 'r', game: 'g', gameKind: 'other', amount: `${amount}`, data: {} },
      session: tokenOf(),
    },
    staff('acme'),
  );

const accountTypes = () =>
  typesIn(memory, {
    streamPrefixes: [streams.account({ brand: 'main', player: 'anna', currency: 'ETH' })],
  });

const ONE_BET = ['AccountOpened', 'DepositCredited', 'SessionOpened', 'BetDebited'];

function unknownOutcomes(): void {
  it.each([
    [['unknown-written']],
    [['unknown-lost']],
    [['unknown-written', 'unknown-written', 'unavailable']],
    [['unknown-lost', 'unavailable', 'unknown-lost', 'unknown-written', 'unavailable']],
  ] as const)('L5 and then is known (%s): one effect, no repeat', async (faults) => {
    store.faults.push(...faults);
    const first = value(await bet(house, 't', 30n));
    expect(first).toMatchObject({ available: '70', repeat: false });
    expect(store.appends).toBe(faults.length + 1);
    expect(await accountTypes()).toEqual(ONE_BET);
    expect(value(await bet(house, 't', 30n))).toEqual({ ...first, repeat: true });
    expect(value(await bet(other, 't', 30n))).toEqual({ ...first, repeat: true });
    expect(await accountTypes()).toEqual(ONE_BET);
  });

  it.each(['unknown-written', 'unknown-lost'] as const)(
    'L10 for good (%s) is thrown, never refused; asked again it gives the first effect',
    async (fault) => {
      // All that the player has: decided again it would be refused for funds.
      store.faults.push(...Array.from({ length: FOR_GOOD }, () => fault));
      await expect(bet(house, 't', 100n)).rejects.toThrow(OutcomeUnknown);
      expect(store.faults).toEqual([]);
      const again = value(await bet(house, 't', 100n));
      expect(again).toMatchObject({ available: '0', repeat: fault === 'unknown-written' });
      expect(await accountTypes()).toEqual(ONE_BET);
      expect(value(await bet(other, 't', 100n))).toEqual({ ...again, repeat: true });
    },
  );

  it('L10 and another writer took its place: decided again on what is there now', async () => {
    store.faults.push('unknown-lost');
    store.beforeAppend = async () => {
      store.beforeAppend = async () => {};
      value(await bet(other, 'theirs', 80n));
    };
    expect(await bet(house, 'ours', 30n)).toMatchObject({
      rejection: { code: 'insufficient-funds', details: { available: '20' } },
    });
    expect(await balanceIn(other, 'anna')).toEqual({ available: 20n, held: 0n });
  });
}

function absentStore(): void {
  it('L10 is thrown, and nothing is changed', async () => {
    store.faults.push('unavailable');
    const before = await typesIn(memory);
    await expect(bet(house, 't', 30n)).rejects.toThrow(StoreUnavailable);
    expect(store.appends).toBe(1);
    expect(await typesIn(memory)).toEqual(before);
    expect(await balanceIn(house, 'anna')).toEqual({ available: 100n, held: 0n });
    const first = value(await bet(house, 't', 30n));
    expect(first).toMatchObject({ available: '70', repeat: false });
  });
}

function twoEngines(): void {
  it('L10 a refusal is never answered from an old state', async () => {
    expect(await bet(house, 'early', 150n)).toMatchObject({
      rejection: { code: 'insufficient-funds', details: { available: '100' } },
    });
    // The other one credits: what this engine holds in memory is old now.
    await credit(other, 'anna', 900n);
    expect(value(await bet(house, 'late', 150n))).toMatchObject({ available: '850' });
    // And the other way: what it remembers would allow it.
    value(await bet(other, 'theirs', 800n));
    expect(await bet(house, 'too-late', 800n)).toMatchObject({
      rejection: { code: 'insufficient-funds', details: { available: '50' } },
    });
  });

  it('L3 L10 a conflict is decided again on the newest state', async () => {
    let conflicts = 0;
    store.beforeAppend = async () => void value(await bet(other, `theirs-${conflicts++}`, 9n));
    expect(await bet(house, 'ours', 20n)).toMatchObject({
      rejection: { code: 'insufficient-funds', details: { available: '19' } },
    });
    // Nine times it could still pay; the ninth left nineteen.
    expect(conflicts).toBe(9);
    expect(await balanceIn(house, 'anna')).toEqual({ available: 19n, held: 0n });
  });

  it('L5 the same message at both in one moment: one effect, the other a repeat', async () => {
    store.beforeAppend = async () => {
      store.beforeAppend = async () => {};
      value(await bet(other, 't', 30n));
    };
    const late = value(await bet(house, 't', 30n));
    expect(late).toMatchObject({ available: '70', repeat: true });
    expect(await accountTypes()).toEqual(ONE_BET);
  });

  it('L5 one key with two contents at both in one moment: the first wins, the other is refused', async () => {
    store.beforeAppend = async () => {
      store.beforeAppend = async () => {};
      value(await bet(other, 't', 30n));
    };
    expect(await bet(house, 't', 31n)).toMatchObject({ rejection: { code: 'key-reused' } });
    expect(await balanceIn(house, 'anna')).toEqual({ available: 70n, held: 0n });
  });
}

function oneStream(): void {
  it('L3 share a commit: 50 bets of 3 on 100, 33 pass, in two appends, half a crowd each', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => bet(house, `t-${index}`, 3n)),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(33);
    expect(store.appends).toBe(2);
    expect(await balanceIn(house, 'anna')).toEqual({ available: 1n, held: 0n });
  });

  it('of a player that nobody registered is refused, also where the account was looked at', async () => {
    const nobody = { brand: 'main', player: 'nobody', currency: 'ETH' };
    await house.engine.load(accountDecider, streams.account(nobody));
    const refused = await bet(house, 't', 30n, 'nobody');
    expect(refused).toMatchObject({ ok: false, rejection: { code: 'player-not-found' } });
  });

  it('L10 one that fails leaves the next one a true state', async () => {
    store.faults.push(...Array.from({ length: FOR_GOOD }, () => 'unknown-written' as const));
    const together = await Promise.allSettled([bet(house, 'a', 60n), bet(house, 'b', 60n)]);
    // The second was refused on a state of which nobody can tell whether it is the log's.
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await bet(house, 'b', 60n)).toMatchObject({
      rejection: { code: 'insufficient-funds', details: { available: '40' } },
    });
    expect(await bet(house, 'a', 60n)).toMatchObject({ value: { repeat: true } });
  });
}

for (const [how, appendsApart] of [
  ['parts of a batch go in one call', false],
  ['each part is an append of its own', true],
] as const) {
  describe(how, () => {
    beforeEach(async () => {
      memory = new MemoryEventStore();
      store = new FaultyStore(memory, appendsApart);
      house = plainHouse(store);
      other = plainHouse(memory);
      await richPlayer(house, 'anna', 100n);
      store.appends = 0;
    });
    describe('an append whose outcome is unknown', unknownOutcomes);
    describe('a store that is not there', absentStore);
    describe('two engines on one store', twoEngines);
    describe('commands of one stream in one engine', oneStream);
  });
}
