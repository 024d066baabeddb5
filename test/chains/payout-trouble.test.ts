import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import type { System } from '../../src/system.ts';
import type { TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { balanceOf, ETHER, refuseFirst } from '../support/deposits.ts';
import { isDefect, type TestHouse, value } from '../support/house.ts';
import { DOLLAR, type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  approve,
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

const HOUR_MS = 3_600_000;
/** Runtime code that reverts whatever it is called with. */
const REVERTING_CODE = '0x5f5ffd';

let clockMs = 0;
const system: System = { ...realSystem, now: () => realSystem.now() + clockMs };

let place: HouseOnChain;
let node: TestAnvil;
let token: string;
let house: TestHouse;
const sent: string[] = [];

beforeAll(async () => {
  place = await houseOnChain();
  ({ node, token } = place);
  place.proxy.onCall = (method, params) => {
    if (method === 'eth_sendRawTransaction') sent.push(...(params as string[]));
  };
  house = await place.open({ system });
  await fundHotWallet(house, node, token, { ETH: 100n * ETHER, USDT: 1_000n * DOLLAR });
});

afterAll(async () => {
  await house.stop();
  await place.stop();
});

const funded = (name: string, money: { ETH?: bigint; USDT?: bigint }) =>
  fundedPlayer(house, node, token, name, money);

describe('a payout that the chain reverts', () => {
  it('W5 because its destination refuses coin: the hold is released and the gas booked', async () => {
    await funded('reverted', { ETH: ETHER });
    const destination = freshAddress();
    await node.automine(false);
    const withdrawal = await approved(house, { player: 'reverted', amount: ETHER, destination });
    await lifeReaches(house, withdrawal, 'PayoutBroadcast');
    await node.rpc('anvil_setCode', [destination, REVERTING_CODE]);
    await node.automine(true);
    const { fee } = await withdrawalReaches(house, withdrawal, 'Failed', node);
    const life = await lifeOf(house, withdrawal);
    expect(life.slice(-4)).toEqual([
      ...['PayoutSeen', 'PayoutReverted', 'HoldReleased', 'WithdrawalFailed'],
    ]);
    expect(await node.provider.getBalance(destination)).toBe(0n);
    expect(BigInt(fee ?? 0)).toBeGreaterThan(0n);
    const balance = { available: `${ETHER}`, held: '0' };
    expect(await balanceOf(house, 'reverted', 'ETH')).toMatchObject(balance);
  });

  it('W5 because the token refuses its destination: the same', async () => {
    await funded('blacklisted', { USDT: DOLLAR });
    const destination = freshAddress();
    await node.automine(false);
    const wanted = { player: 'blacklisted', currency: 'USDT', amount: DOLLAR, destination };
    const withdrawal = await approved(house, wanted);
    await lifeReaches(house, withdrawal, 'PayoutBroadcast');
    await refuseFirst(node, token, destination);
    await node.automine(true);
    await withdrawalReaches(house, withdrawal, 'Failed', node);
    const balance = { available: `${DOLLAR}`, held: '0' };
    expect(await balanceOf(house, 'blacklisted', 'USDT')).toMatchObject(balance);
  });
});

describe('a payout and a reorg', () => {
  it('W3 W6 that takes its block away: orphaned, the same bytes again, paid once', async () => {
    await funded('orphaned', { ETH: ETHER });
    await node.mine(3);
    const destination = freshAddress();
    sent.length = 0;
    const wanted = { player: 'orphaned', amount: ETHER / 2n, destination };
    const withdrawal = await approved(house, wanted);
    await lifeReaches(house, withdrawal, 'PayoutSeen');
    await node.automine(false);
    await node.reorg(1);
    const orphaned = await lifeReaches(house, withdrawal, 'PayoutOrphaned');
    expect(orphaned.filter((type) => type === 'PayoutSeen')).toHaveLength(1);
    await node.automine(true);
    await withdrawalReaches(house, withdrawal, 'Completed', node);
    expect(new Set(sent).size).toBe(1);
    expect(sent.length).toBeGreaterThan(1);
    expect(await node.provider.getBalance(destination)).toBe(ETHER / 2n);
    const life = await lifeOf(house, withdrawal);
    expect(life.slice(life.indexOf('PayoutAllocated'))).toEqual([
      ...['PayoutAllocated', 'PayoutSigned', 'PayoutBroadcast', 'PayoutSeen', 'PayoutOrphaned'],
      ...['PayoutSeen', 'PayoutConfirmed', 'HoldSettled', 'WithdrawalCompleted'],
    ]);
  });
});

describe('an approval', () => {
  it('W8 that expired while the wallet could not pay goes back to review', async () => {
    await funded('late', { ETH: 200n * ETHER });
    const destination = freshAddress();
    const wanted = { player: 'late', amount: 150n * ETHER, destination };
    const withdrawal = await approved(house, wanted);
    await stuckReason(house, withdrawal, /can't pay/);
    clockMs += 24 * HOUR_MS - 60_000;
    await realSystem.sleep(200);
    expect(await withdrawalRow(house, withdrawal)).toMatchObject({ status: 'Approved' });
    clockMs += 2 * 60_000;
    const row = await withdrawalReaches(house, withdrawal, 'Under Review');
    expect(row).toMatchObject({ approvals: 0, approvalsRequired: 1 });
    await fundHotWallet(house, node, token, { ETH: 100n * ETHER });
    // Funds alone pay nothing: it needs a new yes, and the old one counts no more.
    await realSystem.sleep(200);
    expect(await lifeOf(house, withdrawal)).not.toContain('PayoutAllocated');
    value(await approve(house, withdrawal));
    await withdrawalReaches(house, withdrawal, 'Completed', node);
    expect(await node.provider.getBalance(destination)).toBe(150n * ETHER);
  });
});

describe('the books after all that', () => {
  it('L9 P3 balance, match the chain, and come out of a replay again', async () => {
    expect(await booksOf(house, node)).toEqual(BOOKS_IN_ORDER);
    const others = house.errors.filter((error) => !error.includes("can't pay"));
    expect(others.filter(isDefect)).toEqual([]);
  });
});
