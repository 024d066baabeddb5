import { z } from 'zod';
import type { AssetRegistry } from '../../domain/assets.ts';
import { displayAmount } from '../../domain/money.ts';

/** Stands beside amounts of one currency, for people's eyes. */
export const display = {
  decimals: z.int().meta({ description: "The currency's, from the registry", examples: [6] }),
  display: z
    .record(z.string(), z.string())
    .meta({ description: 'The amounts as decimal fractions', examples: [{ available: '2.5' }] }),
};

/** Throws for a currency that isn't in the registry: none gets into the log without it. */
export function displayOf(
  { currencies }: AssetRegistry,
  currency: string,
  amounts: Readonly<Record<string, string>>,
): { decimals: number; display: Record<string, string> } {
  const decimals = currencies.get(currency)?.decimals;
  if (decimals === undefined) throw new Error(`the registry has no currency ${currency}`);
  const shown: Record<string, string> = {};
  for (const name of Object.keys(amounts)) {
    shown[name] = displayAmount(BigInt(amounts[name] ?? 0), decimals);
  }
  return { decimals, display: shown };
}
