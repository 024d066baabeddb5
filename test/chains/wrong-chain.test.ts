import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WrongChain } from '../../src/chain.ts';
import { anvil, type TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { balanceOf, depositsReach, pay } from '../support/deposits.ts';
import { eventually, type TestHouse } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import { approved, fundedPlayer, lifeOf } from '../support/withdrawals.ts';

let place: HouseOnChain;
let node: TestAnvil;
/** Of another chain, with another chain id. */
let other: TestAnvil;

beforeAll(async () => {
  place = await houseOnChain();
  ({ node } = place);
  other = await anvil({ chainId: 31338 });
});

afterAll(async () => {
  await other.stop();
  await place.stop();
});

const healthOf = (house: TestHouse, part: string) =>
  house.workers.health().find(({ name }) => name.startsWith(part));

describe('a node of another chain', () => {
  it('D9 is refused at the start: nothing is scanned and nothing paid', async () => {
    const first = await place.open();
    const { player } = await fundedPlayer(first, node, place.token, 'first', { ETH: 1_000n });
    await first.stop();

    const wrong = await place.open({ chainUrl: other.url });
    const { reader } = wrong.house.chains.get(node.chain) ?? {};
    await expect(reader?.verify()).rejects.toThrow(WrongChain);
    const withdrawal = await approved(wrong, { player, amount: 10n });
    await other.mine(5);
    await eventually('a scanner that has stopped', async () =>
      healthOf(wrong, 'scanner')?.detail.startsWith('WrongChain'),
    );
    const says = { ready: false, detail: expect.stringMatching(/^WrongChain: .*31338/) };
    expect(healthOf(wrong, 'scanner')).toMatchObject(says);
    expect(healthOf(wrong, 'payouts')).toMatchObject(says);
    const types = await wrong.types();
    await wrong.house.system.sleep(300);
    expect(await wrong.types()).toEqual(types);
    expect((await lifeOf(wrong, withdrawal)).at(-1)).toBe('WithdrawalApproved');
    // Scanner, payer and what looks at holdings said it once each.
    expect(wrong.errors.filter((error) => error.includes('WrongChain'))).toHaveLength(3);
    await wrong.stop();
  });
});

describe('a node that is exchanged for one of another chain while the house runs', () => {
  it('D9 stops the scanner, and orphans and pays nothing', async () => {
    const house = await place.open();
    const { player, address } = await house.player('exchanged');
    await pay(node, address, 1_000n);
    await depositsReach(house, player, 'credited');
    const types = await house.types({ streamPrefixes: ['deposit-', 'account-'] });
    place.proxy.targetUrl = other.url;
    await other.mine(50);
    await eventually('a scanner that has stopped', async () =>
      healthOf(house, 'scanner')?.detail.startsWith('FinalityBroken'),
    );
    expect(await house.types({ streamPrefixes: ['deposit-', 'account-'] })).toEqual(types);
    place.proxy.targetUrl = node.url;
    await house.stop();
  });
});

describe('a node that breaks its word', () => {
  it('D4 D9 a reorg below what was final stops the scanner and changes nothing', async () => {
    const house = await place.open();
    const { player, address } = await house.player('final');
    await pay(node, address, 1_000n);
    await node.mine(8);
    await depositsReach(house, player, 'final');
    const types = await house.types({ streamPrefixes: ['deposit-', 'account-'] });
    await node.reorg(8);
    await node.mine(3);
    await eventually('a scanner that has stopped', async () =>
      healthOf(house, 'scanner')?.detail.startsWith('FinalityBroken'),
    );
    await node.mine(3);
    await house.house.system.sleep(300);
    expect(healthOf(house, 'scanner')).toMatchObject({ ready: false });
    expect(await house.types({ streamPrefixes: ['deposit-', 'account-'] })).toEqual(types);
    expect(await balanceOf(house, player, 'ETH')).toMatchObject({ available: '1000' });
    expect(house.errors.filter((error) => error.includes('FinalityBroken'))).toHaveLength(1);
    expect((await booksOf(house, node)).totals).toEqual(BOOKS_IN_ORDER.totals);
    await house.stop();
  });
});
