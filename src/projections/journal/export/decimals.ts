import type { Decimals } from '../../ledger-reads.ts';

/** Throws for a currency that isn't in the registry: none gets into the log without it. */
export function decimalsOf(currencies: Decimals, currency: string): number {
  const decimals = currencies.get(currency)?.decimals;
  if (decimals === undefined) throw new Error(`the registry has no currency ${currency}`);
  return decimals;
}
