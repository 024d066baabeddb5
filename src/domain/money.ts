import { z } from 'zod';

/**
 * Money is an integer in the smallest unit of its currency: `bigint` inside, a decimal string
 * without sign, point, exponent or leading zero outside. 78 digits hold the largest amount that
 * an EVM token can move (2^256 - 1).
 */
export const MAX_AMOUNT = 10n ** 78n - 1n;

const AMOUNT = /^(0|[1-9][0-9]{0,77})$/;
const MOST_DIGITS = 78;

export function formatAmount(amount: bigint): string {
  if (amount === 0n) return '0';
  const text = amount.toString();
  if (text.length > MOST_DIGITS || text.startsWith('-')) {
    throw new RangeError(`${text.slice(0, 50)} is no amount`);
  }
  return text;
}

const description = 'Integer in the smallest unit, as a decimal string';

/** Zero or more. */
export const amountOrZero = z
  .string()
  .regex(AMOUNT, 'must be a whole number in the smallest unit, as text, of at most 78 digits')
  .meta({ description, examples: ['0'] });

/** One or more. */
export const amount = z
  .string()
  .regex(
    /^[1-9][0-9]{0,77}$/,
    'must be a positive whole number in the smallest unit, as text, of at most 78 digits',
  )
  .meta({ description, examples: ['2500000'] });

/** `1234567` with 6 decimals is `1.234567`. For people's eyes only. */
export function displayAmount(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  let end = digits.length;
  while (end > point && digits[end - 1] === '0') end--;
  const whole = sign + digits.slice(0, point);
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`;
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
