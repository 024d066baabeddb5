import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import { crashPlace, expectBooksInOrder, paysOnceAfter } from '../chains/crash-cases.ts';
import { ETHER } from '../support/deposits.ts';
import { approved, freshAddress, lifeOf, withdrawalReaches } from '../support/withdrawals.ts';

const HOUR_MS = 3_600_000;

/** When it dies, how the process knows, and the withdrawal's last event then. */
const MOMENTS = [
  ['the nonce was taken', 'NonceAllocated', 'NonceAllocated'],
  ['the nonce was recorded', 'PayoutAllocated', 'PayoutAllocated'],
  ['it was signed, before that was recorded', 'sign', 'PayoutAllocated'],
  ['the signature was recorded, before it was sent', 'PayoutSigned', 'PayoutSigned'],
] as const;

describe('kill -9 of the process that pays, before the node has the payout', () => {
  const crash = crashPlace();

  it('W7 kill -9 after the nonce was taken, and the approval expired: the nonce is used', async () => {
    const destination = freshAddress();
    const withdrawal = await approved(crash.house, { player: 'player', amount: 500n, destination });
    await crash.untilDead(crash.start({ killAt: 'NonceAllocated' }));
    // Left out, it would block every later payout of the wallet.
    await crash.heir({ system: { ...realSystem, now: () => realSystem.now() + 25 * HOUR_MS } });
    await withdrawalReaches(crash.house, withdrawal, 'Completed', crash.place.node);
    expect(await crash.place.node.provider.getBalance(destination)).toBe(500n);
  });

  it('W7 kill -9, and started again with another wallet: its nonce is not used there', async () => {
    const { node } = crash.place;
    const destination = freshAddress();
    const withdrawal = await approved(crash.house, { player: 'player', amount: 500n, destination });
    await crash.untilDead(crash.start({ killAt: 'PayoutAllocated' }));
    const stranger = Wallet.createRandom();
    await node.rpc('anvil_setBalance', [stranger.address, `0x${ETHER.toString(16)}`]);
    const wrong = await crash.heir({ hotWalletKey: stranger.privateKey });
    await realSystem.sleep(500);
    await wrong.stop();
    expect((await lifeOf(crash.house, withdrawal)).at(-1)).toBe('PayoutAllocated');
    await crash.heir();
    await withdrawalReaches(crash.house, withdrawal, 'Completed', node);
    expect(await node.provider.getBalance(destination)).toBe(500n);
    expect(await node.provider.getTransactionCount(stranger.address)).toBe(0);
  });

  it.each(MOMENTS)('W2 W3 L6 kill -9 after %s: paid once', async (when, killAt, last) => {
    await paysOnceAfter({ when, killAt, last, onChain: false }, crash);
  });

  it('L9 P3 leaves books that balance, and read models that a replay gives again', async () => {
    await expectBooksInOrder(crash);
  });
});
