import type { RecordedRate } from './events.ts';

/** More than any rate's places and any currency's decimals together. */
const PLACES = 42;
const ONE = 10n ** BigInt(PLACES);

/**
 * An amount of the quote, exactly: in 10^-42 of its smallest unit. Such amounts are added as they
 * are, and rounded once when the sum is told.
 */
export type Exact = bigint;

/** `amount` of the base's smallest unit; may be negative. */
export function convert(
  amount: bigint,
  {
    rate,
    baseDecimals,
    quoteDecimals,
  }: Pick<RecordedRate, 'rate' | 'baseDecimals' | 'quoteDecimals'>,
): Exact {
  const [whole = '', fraction = ''] = rate.split('.');
  const exponent = PLACES + quoteDecimals - baseDecimals - fraction.length;
  return amount * BigInt(whole + fraction) * 10n ** BigInt(exponent);
}

export const exactly = (amount: bigint): Exact => amount * ONE;

/** To the nearest smallest unit, halves away from zero. */
export function rounded(exact: Exact): bigint {
  const half = exact < 0n ? -ONE / 2n : ONE / 2n;
  return (exact + half) / ONE;
}
