import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { balanceOf, depositsOf, depositsReach, ETHER, pay } from '../support/deposits.ts';
import { eventually, type TestHouse } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  approved,
  freshAddress,
  fundHotWallet,
  lifeOf,
  withdrawalReaches,
} from '../support/withdrawals.ts';

let place: HouseOnChain;
let node: TestAnvil;
let house: TestHouse;

beforeAll(async () => {
  place = await houseOnChain({ slotsInAnEpoch: 10 });
  ({ node } = place);
  house = await place.open();
  await fundHotWallet(house, node, place.token, { ETH: 50n * ETHER });
});

afterEach(() => {
  place.proxy.mode = { kind: 'pass' };
});

afterAll(async () => {
  await house.stop();
  await place.stop();
});

const scanner = () => {
  const found = house.workers.health().find(({ name }) => name.startsWith('scanner'));
  if (!found) throw new Error('no scanner');
  return found;
};

const scannerSays = (expected: RegExp) =>
  eventually(`the scanner says ${expected}`, async () => {
    const { ready, detail } = scanner();
    return !ready && expected.test(detail);
  });

describe.each([
  ['is down', { kind: 'down' }, /no connection/],
  ['hangs', { kind: 'hang' }, /no answer within 10000 ms/],
  ['has a gateway in trouble', { kind: 'error-500' }, /HTTP status 500/],
] as const)('a node that %s', (what, mode, says) => {
  it('D8 D9 W4 loses nothing and fails nothing: what came meanwhile is credited and paid', async () => {
    const name = what.replaceAll(' ', '-');
    const { player, address } = await house.player(name);
    await pay(node, address, 1_000n);
    await depositsReach(house, player, 'credited');
    const destination = freshAddress();
    place.proxy.mode = mode;
    const withdrawal = await approved(house, { player, amount: 400n, destination });
    await pay(node, address, 500n);
    await node.mine(3);
    await pay(node, address, 70n);
    await scannerSays(says);
    expect((await depositsOf(house, player)).map(({ amount }) => amount)).toEqual(['1000']);
    expect(await lifeOf(house, withdrawal)).not.toContain('PayoutAllocated');

    place.proxy.mode = { kind: 'pass' };
    await eventually('three deposits', async () => (await depositsOf(house, player)).length === 3);
    await depositsReach(house, player, 'credited');
    await eventually('a scanner at the tip', async () => scanner().ready);
    await withdrawalReaches(house, withdrawal, 'Completed', node);
    expect(await node.provider.getBalance(destination)).toBe(400n);
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: '1170', held: '0' });
  });
});

describe('a node that lags', () => {
  it('D9 behind the scanner orphans nothing and fails nothing, and catches up', async () => {
    const { player, address } = await house.player('lagging');
    const destination = freshAddress();
    await node.mine(6);
    await pay(node, address, 1_000n);
    await depositsReach(house, player, 'credited');
    const withdrawal = await approved(house, { player, amount: 300n, destination });
    await eventually('the payout in a block', async () =>
      (await lifeOf(house, withdrawal)).includes('PayoutSeen'),
    );
    const before = await house.types({ streamPrefixes: ['deposit-', 'withdrawal-'] });
    // What a node five blocks behind says: an older head, nothing above it, no receipt.
    const old = await node.rpc('eth_getBlockByNumber', [
      `0x${((await node.provider.getBlockNumber()) - 5).toString(16)}`,
      false,
    ]);
    const height = Number((old as { number: string }).number);
    place.proxy.calls.length = 0;
    place.proxy.mode = {
      kind: 'rewrite',
      result: (method, params, result) => {
        const [first] = params as unknown[];
        if (method === 'eth_getBlockByNumber' && first === 'latest') return old;
        if (method === 'eth_getBlockByNumber' && Number(first) > height) return null;
        if (method === 'eth_blockNumber') return (old as { number: string }).number;
        return method === 'eth_getTransactionReceipt' || method === 'eth_getTransactionByHash'
          ? null
          : result;
      },
    };
    const asked = (method: string) => place.proxy.calls.filter((call) => call === method).length;
    await eventually(
      'many looks',
      async () => Math.min(asked('eth_getBlockByNumber'), asked('eth_getTransactionReceipt')) > 30,
    );
    expect(await house.types({ streamPrefixes: ['deposit-', 'withdrawal-'] })).toEqual(before);
    place.proxy.mode = { kind: 'pass' };
    await withdrawalReaches(house, withdrawal, 'Completed', node);
    expect((await lifeOf(house, withdrawal)).filter((t) => t === 'PayoutOrphaned')).toEqual([]);
    expect(await depositsOf(house, player)).toMatchObject([{ epoch: 1 }]);
    expect(await node.provider.getBalance(destination)).toBe(300n);
  });
});

describe('an address that was assigned moments before', () => {
  it('D8 in the middle of a scan is watched in the block that the scan then takes', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = false;
    place.proxy.onCall = (_method, params) => {
      const [first] = params as unknown[];
      if (first !== 'latest') return;
      isHeld = true;
      return gate;
    };
    await eventually('a scan that waits for the head', async () => isHeld);
    const { player, address } = await house.player('in-between');
    await pay(node, address, 10n);
    await node.settle();
    place.proxy.onCall = () => {};
    release();
    await depositsReach(house, player, 'credited');
  });

  it('D8 races the scanner and is credited each time', async () => {
    // Fewer than make the first of them final.
    const names = Array.from({ length: 12 }, (_, index) => `moment-${index}`);
    for (const name of names) {
      const { address } = await house.player(name);
      await pay(node, address, 10n);
    }
    for (const name of names) await depositsReach(house, name, 'credited');
    for (const name of names) {
      expect(await balanceOf(house, name, 'ETH')).toMatchObject({ available: '10' });
    }
  });
});

describe('the books after all that', () => {
  it('L9 P3 balance, match the chain, and come out of a replay again', async () => {
    await eventually('books', async () => (await booksOf(house, node)).custodyMatches);
    expect(await booksOf(house, node)).toEqual(BOOKS_IN_ORDER);
  });
});
