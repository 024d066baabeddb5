import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import type { TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { balanceOf, ETHER } from '../support/deposits.ts';
import type { TestHouse } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  approved,
  freshAddress,
  fundedPlayer,
  fundHotWallet,
  lifeOf,
  lifeReaches,
  stuckReason,
  withdrawalReaches,
  withdrawalRow,
} from '../support/withdrawals.ts';

let place: HouseOnChain;
let node: TestAnvil;
let house: TestHouse;

beforeAll(async () => {
  place = await houseOnChain();
  ({ node } = place);
  house = await place.open();
  await fundHotWallet(house, node, place.token, { ETH: 100n * ETHER });
});

afterAll(async () => {
  await house.stop();
  await place.stop();
});

const funded = (name: string) => fundedPlayer(house, node, place.token, name, { ETH: ETHER });

describe('two workers of one wallet', () => {
  it('W7 W3 pay each withdrawal once, with one nonce and one signature', async () => {
    const other = await place.open({ parts: ['payouts'] });
    await funded('raced');
    const before = await node.provider.getTransactionCount(house.hotWallet);
    const destinations = Array.from({ length: 6 }, freshAddress);
    const ids = await Promise.all(
      destinations.map((destination) =>
        approved(house, { player: 'raced', amount: 7_000n, destination }),
      ),
    );
    for (const id of ids) await withdrawalReaches(house, id, 'Completed', node);
    await other.stop();
    for (const destination of destinations) {
      expect(await node.provider.getBalance(destination)).toBe(7_000n);
    }
    expect(await node.provider.getTransactionCount(house.hotWallet)).toBe(before + ids.length);
    for (const id of ids) {
      const life = await lifeOf(house, id);
      expect(life.filter((type) => type === 'PayoutSigned')).toHaveLength(1);
      expect(life.filter((type) => type === 'NonceAllocated')).toHaveLength(1);
    }
  });

  it('L9 P3 leaves books that balance, match the chain, and come out of a replay again', async () => {
    expect(await booksOf(house, node)).toEqual(BOOKS_IN_ORDER);
    expect(house.errors).toEqual([]);
  });
});

describe('a nonce that another transaction took', () => {
  it('W4 W6 leaves the payout held and visible: never released, never signed again', async () => {
    await funded('taken');
    await node.automine(false);
    const amount = ETHER / 3n;
    const destination = freshAddress();
    const withdrawal = await approved(house, { player: 'taken', amount, destination });
    await lifeReaches(house, withdrawal, 'PayoutBroadcast');
    const { txid } = await withdrawalRow(house, withdrawal);
    // Somebody else has the key: the payout is dropped from the pool and its nonce is used.
    place.proxy.mode = { kind: 'down' };
    const payout = await node.provider.getTransaction(txid ?? '');
    await node.rpc('anvil_dropTransaction', [txid]);
    const thief = new Wallet(place.hotWalletKey, node.provider);
    const nonce = payout?.nonce ?? -1;
    await thief.sendTransaction({ to: freshAddress(), value: 1n, nonce });
    await node.automine(true);
    await node.mine(5);
    place.proxy.mode = { kind: 'pass' };

    await stuckReason(house, withdrawal, /refuses the payout: .*nonce/);
    await node.mine(5);
    await realSystem.sleep(300);
    expect((await lifeOf(house, withdrawal)).at(-1)).toBe('PayoutBroadcast');
    const signed = (await lifeOf(house, withdrawal)).filter((type) => type === 'PayoutSigned');
    expect(signed).toHaveLength(1);
    expect(await balanceOf(house, 'taken', 'ETH')).toMatchObject({ held: `${amount}` });
    expect(await node.provider.getBalance(destination)).toBe(0n);

    // The next payout has the next nonce, and isn't held up.
    const next = await approved(house, { player: 'taken', amount: 1_000n });
    await withdrawalReaches(house, next, 'Completed', node);
  });

  it('W4 before the first send: signed, refused, held and visible', async () => {
    await funded('refused');
    const thief = new Wallet(place.hotWalletKey, node.provider);
    await thief.sendTransaction({ to: freshAddress(), value: 1n });
    await node.settle();
    const withdrawal = await approved(house, { player: 'refused', amount: 5_000n });
    await stuckReason(house, withdrawal, /refuses the payout: .*nonce/);
    await node.mine(5);
    await realSystem.sleep(300);
    expect((await lifeOf(house, withdrawal)).at(-1)).toBe('PayoutSigned');
    expect(await balanceOf(house, 'refused', 'ETH')).toMatchObject({ held: '5000' });
  });
});
