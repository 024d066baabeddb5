import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anvil, type TestAnvil } from '../support/anvil.ts';
import { balanceOf, callToken, depositsReach, ETHER, pay } from '../support/deposits.ts';
import { eventually, isDefect, type TestHouse, testHouse } from '../support/house.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { preparedDatabase } from '../support/prepared-database.ts';

let database: FreshDatabase;
let node: TestAnvil;
let token: string;
let house: TestHouse;

beforeAll(async () => {
  node = await anvil({ slotsInAnEpoch: 10 });
  token = await node.deployTestToken(1_000_000_000n);
  const usdt = `${node.chain}/erc20:${token.toLowerCase()}`;
  database = await preparedDatabase();
  house = await testHouse({
    databaseUrl: database.url,
    ...{ chainUrl: node.url, chain: node.chain, token },
    deposits: { minimums: { [`${node.chain}/slip44:60`]: '1000', [usdt]: '100' } },
  });
});

afterAll(async () => {
  await house.stop();
  await node.stop();
  await database.drop();
});

describe('a deposit on a real node', () => {
  it('D3 is detected, confirming, credited, and final', async () => {
    const { player, address } = await house.player('plain');
    await pay(node, address, ETHER);
    const [first] = await depositsReach(house, player, 'confirming');
    expect(first).toMatchObject({ confirmations: 1, required: 3, currency: 'ETH' });
    expect(await balanceOf(house, player, 'ETH')).toBeUndefined();
    await node.mine(2);
    await depositsReach(house, player, 'credited');
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: `${ETHER}` });
    await node.mine(20);
    const [final] = await depositsReach(house, player, 'final');
    const { value } = await house.readModels.deposit(final?.deposit ?? '');
    expect(value?.timeline.map((entry) => entry.type)).toEqual([
      'DepositDetected',
      'DepositConfirmed',
      'DepositConfirmed',
      'DepositCredited',
      'DepositFinalised',
    ]);
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: `${ETHER}` });
  });

  it('D2 of a listed token is credited in its currency, by the decimals of the registry', async () => {
    const { player, address } = await house.player('token');
    await callToken(node, token, 'transfer', address, 2_500_000n);
    await node.mine(2);
    await depositsReach(house, player, 'credited');
    expect(await balanceOf(house, player, 'USDT')).toMatchObject({ available: '2500000' });
  });

  it('D1 twice in one transaction is two deposits', async () => {
    const { player, address } = await house.player('twice');
    await callToken(node, token, 'transferMany', [address, address], [1_000n, 1_000n]);
    await node.mine(2);
    const found = await depositsReach(house, player, 'credited');
    expect(new Set(found.map((d) => d.txid)).size).toBe(1);
    expect(found.map((d) => d.deposit).sort()).toEqual([
      expect.stringMatching(/\.log\.0$/),
      expect.stringMatching(/\.log\.1$/),
    ]);
    expect(await balanceOf(house, player, 'USDT')).toMatchObject({ available: '2000' });
  });

  it('D3 that reverted is nothing, though its calldata says otherwise', async () => {
    const { player, address } = await house.player('reverted');
    // More than the sender has: the transaction is mined with status 0.
    const hash = await callToken(node, token, 'transfer', address, 10n ** 30n);
    const receipt = await node.provider.getTransactionReceipt(hash);
    expect(receipt?.status).toBe(0);
    await callToken(node, token, 'transfer', address, 5_000n);
    await node.mine(2);
    const found = await depositsReach(house, player, 'credited');
    expect(found).toHaveLength(1);
    expect(await balanceOf(house, player, 'USDT')).toMatchObject({ available: '5000' });
  });

  it('D5 below the minimum is recorded with the reason, and kept in suspense', async () => {
    const { player, address } = await house.player('dust');
    await pay(node, address, 999n);
    await node.mine(2);
    const [dust] = await depositsReach(house, player, 'rejected');
    expect(dust).toMatchObject({ amount: '999', reason: 'below-minimum' });
    await eventually('the dust in the books', async () => {
      const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
      return value.rows.some((row) => row.class === 'suspense' && row.balance === '-999');
    });
    expect(await balanceOf(house, player, 'ETH')).toBeUndefined();
  });

  it('D5 of a token that is not listed is recorded, and credited nowhere', async () => {
    const other = await node.deployTestToken(1_000_000n);
    const { player, address } = await house.player('unlisted');
    await callToken(node, other, 'transfer', address, 7_000n);
    await node.mine(2);
    const [unlisted] = await depositsReach(house, player, 'rejected');
    expect(unlisted).toMatchObject({
      ...{ amount: '7000', reason: 'unlisted-asset', asset: null },
      contract: other.toLowerCase(),
    });
    const { value } = await house.readModels.balances({ brand: 'main', player });
    expect(value).toEqual([]);
  });

  it('funds the hot wallet out of capital', async () => {
    await pay(node, house.hotWallet, 3n * ETHER);
    await node.mine(2);
    await eventually('capital in the books', async () => {
      const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
      return value.rows.some((r) => r.class === 'capital' && r.balance === `${-3n * ETHER}`);
    });
  });

  it('L9 P3 leaves books that balance, and read models that a replay gives again', async () => {
    const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
    expect(Object.values(value.totals)).toEqual(['0', '0']);
    expect(await house.replayEquals()).toBe(true);
    expect(house.errors.filter(isDefect)).toEqual([]);
  });
});
