import type { Block, Transfer } from '../../chain.ts';
import { type DepositFacts, depositDecider } from '../../domain/deposit/decide.ts';
import { deterministicId, streams } from '../../domain/ids.ts';
import { confirmationsFor } from '../../domain/policy/decide.ts';
import type { DepositPolicy } from '../../domain/policy/events.ts';
import { execute, type House, policies } from '../house.ts';
import type { WatchedAddress } from './watchlist.ts';

/** Records a transfer to one of our addresses, whatever it is worth. A repeat changes nothing. */
export async function detectDeposit(
  house: House,
  chain: string,
  { height, hash }: Block,
  transfer: Transfer,
  watched: WatchedAddress,
): Promise<void> {
  const { txid, position } = transfer;
  const deposit = { chain, txid, position };
  const commandId = deterministicId('detect-deposit', chain, txid, position, hash);
  await execute(
    house,
    depositDecider,
    streams.deposit(deposit),
    {
      type: 'DetectDeposit',
      deposit,
      block: { height, hash },
      facts: await factsOf(house, chain, transfer, watched),
    },
    {
      actor: { kind: 'system', id: `scan ${chain}` },
      commandId,
      causationId: commandId,
      correlationId: deterministicId('deposit', chain, txid, position),
    },
    () => null,
  );
}

async function factsOf(
  house: House,
  chain: string,
  { contract, from, to, amount }: Transfer,
  { owner }: WatchedAddress,
): Promise<DepositFacts> {
  const { deposits } = await policies(house);
  if (!deposits.policy) throw new Error('no deposit policy is published');
  const asset = house.assets.onChain(chain, contract);
  const common = {
    ...{ from, owner, contract, amount },
    address: to,
    policyVersion: deposits.version,
    asset: asset?.id ?? null,
    currency: asset?.currency ?? null,
    required: requiredFor(deposits.policy, asset?.id ?? null, amount),
  };
  if (!asset) return { ...common, booking: 'none', rejection: 'unlisted-asset' };
  if (house.watchlist.find(chain, from)) {
    return { ...common, booking: 'none', rejection: 'internal' };
  }
  if (!owner) return { ...common, booking: 'capital', rejection: null };
  if (amount < BigInt(deposits.policy.minimums[asset.id] ?? '0')) {
    return { ...common, booking: 'suspense', rejection: 'below-minimum' };
  }
  return { ...common, booking: 'player', rejection: null };
}

function requiredFor(policy: DepositPolicy, asset: string | null, amount: bigint): number {
  // What isn't listed is never booked: its depth only says when it counts as settled.
  const required = confirmationsFor(policy, asset ?? 'unlisted', amount);
  if (required !== null) return required;
  if (asset === null) return 1;
  throw new Error(`no rule of the deposit policy covers ${amount} of ${asset}`);
}
