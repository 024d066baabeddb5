import { streams } from '../../domain/ids.ts';
import { walletDecider } from '../../domain/wallet/decide.ts';
import type { CommandContext } from '../engine.ts';
import { execute, type House } from '../house.ts';
import type { PayoutWallet } from './payout-worker.ts';

/** The nonce that this withdrawal has already; undefined when it has none. */
export async function nonceOf(
  { engine }: House,
  { rail, signer }: PayoutWallet,
  withdrawal: string,
): Promise<number | undefined> {
  const stream = streams.wallet(rail.chain, signer.address);
  return (await engine.load(walletDecider, stream)).nonces.get(withdrawal);
}

/** Takes the wallet's next one, or the same again: the log counts, because a node may lag. */
export async function takeNonce(
  house: House,
  { rail, signer }: PayoutWallet,
  withdrawal: string,
  context: CommandContext,
): Promise<number> {
  const { address } = signer;
  const wallet = { chain: rail.chain, address };
  const stream = streams.wallet(rail.chain, address);
  const { nextNonce } = await house.engine.load(walletDecider, stream);
  if (nextNonce === null) {
    const firstNonce = await rail.firstNonce(address);
    const open = { type: 'OpenWallet', wallet, firstNonce } as const;
    await execute(house, walletDecider, stream, open, context, () => null);
  }
  const allocate = { type: 'AllocateNonce', wallet, withdrawal } as const;
  const allocated = await execute(house, walletDecider, stream, allocate, context, (done) =>
    done.state.nonces.get(withdrawal),
  );
  if (!allocated.ok || allocated.value === undefined) throw new Error(`${stream}: no nonce`);
  return allocated.value;
}
