import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { deterministicId, streams } from '../../src/domain/ids.ts';
import { hashOf } from '../../src/domain/play/token.ts';
import { anvil, type TestAnvil } from '../support/anvil.ts';
import { balanceOf, depositsReach, pay } from '../support/deposits.ts';
import { isDefect, staff, type TestHouse, testHouse } from '../support/house.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { preparedDatabase } from '../support/prepared-database.ts';
import { openTestSession, tokenOf } from '../support/sessions.ts';

// By amount: credited at once, at two, or not before twelve confirmations.
const AT_ONE = 100n;
const AT_TWO = 200n;
const AT_TWELVE = 1_000n;

let database: FreshDatabase;
let node: TestAnvil;
let house: TestHouse;

beforeAll(async () => {
  // A block is final twenty below the head, so that reorgs of eight are lawful.
  node = await anvil({ slotsInAnEpoch: 10 });
  const token = await node.deployTestToken();
  const rule = (upTo: bigint | null, confirmations: number) => ({
    ...{ asset: '*', upTo: upTo === null ? null : `${upTo}`, confirmations },
  });
  database = await preparedDatabase();
  house = await testHouse({
    databaseUrl: database.url,
    ...{ chainUrl: node.url, chain: node.chain, token },
    deposits: { rules: [rule(AT_ONE, 1), rule(AT_TWO, 2), rule(null, 12)] },
  });
});

afterAll(async () => {
  await house.stop();
  await node.stop();
  await database.drop();
});

const typesOf = (player: string) =>
  house.types({ streamPrefixes: [streams.account({ brand: 'main', player, currency: 'ETH' })] });

describe.each([1, 2, 8])('a reorg %i deep', (depth) => {
  it('D4 D6 before the credit orphans the deposit; mined again it is credited once', async () => {
    const { player, address } = await house.player(`before-${depth}`);
    const raw = await pay(node, address, AT_TWELVE);
    await node.mine(depth - 1);
    await depositsReach(house, player, 'confirming');
    await node.reorg(depth);
    await depositsReach(house, player, 'orphaned');
    expect(await typesOf(player)).toEqual([]);

    await node.rpc('eth_sendRawTransaction', [raw]);
    await depositsReach(house, player, 'confirming');
    await node.mine(11);
    const [again] = await depositsReach(house, player, 'credited', 2);
    expect(again).toMatchObject({ epoch: 2 });
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: `${AT_TWELVE}` });
    expect(await typesOf(player)).toEqual(['AccountOpened', 'DepositCredited']);
  });

  it('D6 after the credit reverses it; mined again it is credited again', async () => {
    const { player, address } = await house.player(`after-${depth}`);
    const amount = depth === 1 ? AT_ONE : AT_TWO;
    const raw = await pay(node, address, amount);
    await node.mine(depth - 1);
    await depositsReach(house, player, 'credited');
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: `${amount}` });
    await node.reorg(depth);
    await depositsReach(house, player, 'reversed');
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: '0' });

    await node.rpc('eth_sendRawTransaction', [raw]);
    await node.mine(1);
    const [again] = await depositsReach(house, player, 'credited', 2);
    expect(again).toMatchObject({ epoch: 2 });
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: `${amount}` });
  });

  it('D6 that mines the transaction in another block ends one epoch and begins the next', async () => {
    const { player, address } = await house.player(`moved-${depth}`);
    const amount = depth === 1 ? AT_ONE : AT_TWO;
    const raw = await pay(node, address, amount);
    await node.mine(depth - 1);
    await depositsReach(house, player, 'credited');
    await node.reorg(depth, [[raw, depth - 1]]);
    await node.mine(2);
    const [again] = await depositsReach(house, player, 'credited', 2);
    expect(again).toMatchObject({ epoch: 2 });
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: `${amount}` });
    const types = await typesOf(player);
    expect(types.filter((type) => type === 'DepositCredited')).toHaveLength(2);
    expect(types.filter((type) => type === 'DepositReversed')).toHaveLength(1);
  });
});

describe('a reorg after the money was spent', () => {
  it('L3 books a receivable, stops withdrawals, and is repaid by the next credit', async () => {
    const { player, address } = await house.player('spent');
    const raw = await pay(node, address, AT_ONE);
    await depositsReach(house, player, 'credited');
    const account = { brand: 'main', player, currency: 'ETH' };
    const commandId = deterministicId('test', player);
    await openTestSession(house.house, player);
    await house.house.engine.execute(
      accountDecider,
      streams.account(account),
      {
        type: 'PlaceBet',
        ...{ account, provider: 'acme', transaction: 'b-1', round: 'r', game: 'g', amount: 70n },
        ...{ gameKind: 'other', data: {}, session: hashOf(tokenOf()) },
      },
      { ...staff('acme'), commandId },
    );
    await node.reorg(1);
    await depositsReach(house, player, 'reversed');
    const owing = { available: '0', receivable: '70' };
    expect(await balanceOf(house, player, 'ETH')).toMatchObject(owing);
    await node.rpc('eth_sendRawTransaction', [raw]);
    await depositsReach(house, player, 'credited', 2);
    const repaid = { available: '30', receivable: '0' };
    expect(await balanceOf(house, player, 'ETH')).toMatchObject(repaid);
  });

  it('L9 P3 leaves books that balance, and read models that a replay gives again', async () => {
    const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
    expect(value.totals).toEqual({ ETH: '0' });
    expect(await house.replayEquals()).toBe(true);
    expect(house.errors.filter(isDefect)).toEqual([]);
  });
});
