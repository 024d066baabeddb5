import { afterAll, beforeAll, expect, it } from 'vitest';
import { ETHER, pay } from '../support/deposits.ts';
import { eventually, isDefect, type TestHouse } from '../support/house.ts';
import { DOLLAR, type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  approved,
  freshAddress,
  fundedPlayer,
  fundHotWallet,
  withdrawalReaches,
} from '../support/withdrawals.ts';

/*
 * Goal: an auditor sees, address by address, that the books hold what the chain holds, and where
 * they don't. Method: deposits and a payout on a real node; then coins that no block shows as a
 * transfer; then a node that refuses to answer about old blocks.
 */

let stage: HouseOnChain;
let house: TestHouse;

beforeAll(async () => {
  stage = await houseOnChain();
  house = await stage.open();
});
afterAll(async () => {
  await house.stop();
  await stage.stop();
});

const rows = async () => {
  const wanted = { limit: 50, after: null };
  return (await house.readModels.wallets(wanted, { waitFor: await house.head() })).value.items;
};

it('L9 shows what each address holds on chain and in the books, and what nobody can explain', async () => {
  const { node, token } = stage;
  const money = { ETH: ETHER, USDT: 100n * DOLLAR };
  await fundHotWallet(house, node, token, money);
  const { player, address } = await fundedPlayer(house, node, token, 'anna', money);
  const wanted = { player, amount: 30n * DOLLAR, currency: 'USDT', destination: freshAddress() };
  await withdrawalReaches(house, await approved(house, wanted), 'Completed', node);
  const equal = await eventually('books and chain equal', async () => {
    await node.mine();
    const found = await rows();
    return found.length === 4 && found.every((r) => r.unexplained === '0' && r.observed) && found;
  });
  const of = (where: string, currency: string) =>
    equal.find((row) => row.address === where && row.currency === currency);
  expect(of(address, 'USDT')).toMatchObject({
    ...{ player, booked: '100000000', observed: { amount: '100000000' }, difference: '0' },
  });
  expect(of(house.hotWallet, 'USDT')).toMatchObject({ player: null, booked: '70000000' });
  const fees = BigInt(of(house.hotWallet, 'ETH')?.booked ?? 0);
  expect(fees).toBeLessThan(ETHER);

  // As if a contract had sent it: in no receipt, so the scanner can't see it.
  const more = `0x${(fees + 5n).toString(16)}`;
  await node.rpc('anvil_setBalance', [house.hotWallet, more]);
  const found = await eventually('the difference', async () => {
    await node.mine();
    const row = (await rows()).find((r) => r.unexplained !== '0');
    return row?.unexplained === '5' && row;
  });
  expect(found).toMatchObject({ address: house.hotWallet, currency: 'ETH', difference: '5' });
  expect(found.unexplainedSince).toBe(found.observed?.time);
  const block = found.observed?.block;
  expect((await node.provider.getBlock(block?.height ?? 0))?.hash).toBe(block?.hash);
  expect(await house.replayEquals()).toBe(true);
  expect(house.errors.filter(isDefect)).toEqual([]);
});

it('D9 a node that cannot answer about a final block stops no deposit', async () => {
  const { node } = stage;
  const { player, address } = await house.player('berta');
  const kind = 'fail' as const;
  const pruned = { kind, code: -32000, message: 'pruned', methods: ['eth_getBalance'] };
  stage.proxy.mode = pruned;
  await pay(node, address, ETHER);
  await node.mine(3);
  await eventually('the credit', async () => {
    const waitFor = await house.head();
    const { value } = await house.readModels.balances({ brand: 'main', player }, { waitFor });
    return value.length === 1;
  });
  await eventually('the failure, shown', async () => {
    const part = house.workers.health().find(({ name }) => name.startsWith('holdings'));
    return part?.ready && part.detail.includes('pruned');
  });
});
