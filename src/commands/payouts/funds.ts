import type { ChainReader, PayoutOrder } from '../../chain.ts';

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
