import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import type { TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { balanceOf, callToken, ETHER } from '../support/deposits.ts';
import { eventually, type TestHouse, value } from '../support/house.ts';
import { DOLLAR, type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  approved,
  ask,
  freshAddress,
  fundedPlayer,
  fundHotWallet,
  lifeOf,
  reject,
  stuckReason,
  withdrawalReaches,
} from '../support/withdrawals.ts';

const LIFE = [
  'WithdrawalHeld',
  'WithdrawalRequested',
  'VerificationChecked',
  'WithdrawalPutUnderReview',
  'WithdrawalApproved',
  'NonceAllocated',
  'PayoutAllocated',
  'PayoutSigned',
  'PayoutBroadcast',
  'PayoutSeen',
  'PayoutConfirmed',
  'HoldSettled',
  'WithdrawalCompleted',
];

let place: HouseOnChain;
let node: TestAnvil;
let token: string;
let house: TestHouse;
/** For each raw transaction that reached the node: whether the log had it by then. */
const sends: { raw: string; inLog: boolean }[] = [];

beforeAll(async () => {
  place = await houseOnChain();
  ({ node, token } = place);
  house = await place.open();
  await fundHotWallet(house, node, token, { ETH: 100n * ETHER, USDT: 1_000n * DOLLAR });
  place.proxy.onCall = async (method, params) => {
    if (method !== 'eth_sendRawTransaction') return;
    const [raw = ''] = params as string[];
    const signed = await house.events({ types: ['PayoutSigned'] });
    const inLog = signed.some(({ event }) => 'raw' in event.data && event.data.raw === raw);
    sends.push({ raw, inLog });
  };
});

afterAll(async () => {
  await house.stop();
  await place.stop();
});

const player = (name: string, money: { ETH?: bigint; USDT?: bigint }) =>
  fundedPlayer(house, node, token, name, money);

const tokensOf = async (address: string) => {
  const reader = house.house.chains.get(node.chain)?.reader;
  return reader?.balance(address, token.toLowerCase());
};

describe('a withdrawal on a real node', () => {
  it('W11 waits while the hot wallet has too little, takes no nonce, and is paid when it has', async () => {
    await player('rich', { ETH: 300n * ETHER });
    const destination = freshAddress();
    const amount = 200n * ETHER;
    const wanted = { player: 'rich', amount, destination };
    const withdrawal = await approved(house, wanted);
    await stuckReason(house, withdrawal, /can't pay/);
    expect(await lifeOf(house, withdrawal)).toEqual(LIFE.slice(0, 5));
    expect(await balanceOf(house, 'rich', 'ETH')).toMatchObject({ held: `${amount}` });
    // Twenty polls later it was still reported once.
    await realSystem.sleep(400);
    expect(house.errors.filter((error) => error.includes(withdrawal))).toHaveLength(1);

    await fundHotWallet(house, node, token, { ETH: 150n * ETHER });
    await withdrawalReaches(house, withdrawal, 'Completed', node);
    expect(await node.provider.getBalance(destination)).toBe(amount);
    expect(house.workers.health().find(({ name }) => name.startsWith('payouts'))).toMatchObject({
      ...{ ready: true, detail: 'working' },
    });
  });

  it.each(['ETH', 'USDT'])(
    'W2 of %s: every step recorded, the bytes before their first send',
    async (currency) => {
      const amount = currency === 'ETH' ? ETHER / 4n : 25n * DOLLAR;
      const name = `plain-${currency}`;
      await player(name, { [currency]: 2n * amount });
      const destination = freshAddress();
      sends.length = 0;
      const withdrawal = await approved(house, { player: name, amount, currency, destination });
      const row = await withdrawalReaches(house, withdrawal, 'Completed', node);

      expect(await lifeOf(house, withdrawal)).toEqual(LIFE);
      expect(sends).toHaveLength(1);
      expect(sends.every(({ inLog }) => inLog)).toBe(true);
      const paid =
        currency === 'ETH'
          ? await node.provider.getBalance(destination)
          : await tokensOf(destination);
      expect(paid).toBe(amount);
      const receipt = await node.provider.getTransactionReceipt(row.txid ?? '');
      expect(row.fee).toBe(`${receipt?.fee}`);
      expect(BigInt(row.fee ?? 0)).toBeGreaterThan(0n);
      expect(await balanceOf(house, name, currency)).toMatchObject({
        ...{ available: `${amount}`, held: '0' },
      });
    },
  );

  it('W6 that is rejected releases the hold, once', async () => {
    await player('rejected', { ETH: ETHER });
    const { withdrawal, held } = value(await ask(house, { player: 'rejected', amount: ETHER }));
    expect(held).toBe(`${ETHER}`);
    await reject(house, withdrawal);
    await reject(house, withdrawal);
    await eventually('the release', async () => {
      const balance = await balanceOf(house, 'rejected', 'ETH');
      return balance?.available === `${ETHER}` && balance.held === '0';
    });
    const life = [...LIFE.slice(0, 4), 'WithdrawalRejected', 'HoldReleased'];
    expect(await lifeOf(house, withdrawal)).toEqual(life);
  });

  it('W7 two at once get two nonces, one after the other', async () => {
    await player('both', { ETH: ETHER });
    const first = await house.events({ types: ['NonceAllocated'] });
    const ids = await Promise.all([
      approved(house, { player: 'both', amount: 1_000n }),
      approved(house, { player: 'both', amount: 2_000n }),
    ]);
    for (const id of ids) await withdrawalReaches(house, id, 'Completed', node);
    const all = await house.events({ types: ['NonceAllocated'] });
    const nonces = all.map(({ event }) => ('nonce' in event.data ? event.data.nonce : -1));
    expect(nonces).toEqual(all.map((_, index) => index));
    expect(all.length).toBe(first.length + 2);
    expect(await node.provider.getTransactionCount(house.hotWallet)).toBe(nonces.length);
  });

  it('W11 that the destination would refuse takes no nonce and waits, with the reason', async () => {
    await player('refused', { USDT: 10n * DOLLAR });
    const destination = freshAddress();
    await callToken(node, token, 'setRefused', destination, true);
    const wanted = { player: 'refused', currency: 'USDT', amount: DOLLAR, destination };
    const withdrawal = await approved(house, wanted);
    await stuckReason(house, withdrawal, /would fail: .*revert/);
    expect(await lifeOf(house, withdrawal)).toEqual(LIFE.slice(0, 5));
    // It holds up nobody.
    const other = await approved(house, { ...wanted, destination: freshAddress() });
    await withdrawalReaches(house, other, 'Completed', node);
    await callToken(node, token, 'setRefused', destination, false);
    await withdrawalReaches(house, withdrawal, 'Completed', node);
    expect(await tokensOf(destination)).toBe(DOLLAR);
  });

  it('L9 P3 leaves books that balance and match the chain, and that a replay gives again', async () => {
    expect(await booksOf(house, node)).toEqual(BOOKS_IN_ORDER);
    // Each stuck payout was reported once, and nothing else went wrong.
    expect(house.errors).toHaveLength(2);
  });
});
