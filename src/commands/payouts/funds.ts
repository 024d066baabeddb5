import type { ChainReader, PayoutOrder } from '../../chain.ts';
import type { WithdrawalState } from '../../domain/withdrawal/state.ts';

/** What another payout of the same wallet will take. */
export interface Commitment {
  readonly contract: string | null;
  readonly amount: bigint;
  readonly fee: bigint;
}

/** Whether the wallet can pay this order after all that it has already promised. */
export async function sufficient(
  reader: ChainReader,
  { from, contract, amount }: PayoutOrder,
  fee: bigint,
  committed: readonly Commitment[],
): Promise<boolean> {
  const promised = (asset: string | null) =>
    committed.reduce((sum, c) => sum + (c.contract === asset ? c.amount : 0n), 0n);
  const fees = committed.reduce((sum, c) => sum + c.fee, fee);
  const native = await reader.balance(from, null);
  if (contract === null) return native >= amount + promised(null) + fees;
  if (native < promised(null) + fees) return false;
  return (await reader.balance(from, contract)) >= amount + promised(contract);
}

/** What is on its way out but not in a block yet: the balance on chain still shows it. */
export function commitments(states: Iterable<WithdrawalState>): Commitment[] {
  return [...states].flatMap((state) => {
    const { status } = state;
    if (status !== 'allocated' && status !== 'signed' && status !== 'broadcast') return [];
    const { contract, amount, feeCap } = state.request;
    return [{ contract, amount: BigInt(amount), fee: BigInt(feeCap) }];
  });
}
