import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, exactly, rounded } from '../../../src/domain/rates/convert.ts';

const euro = (rate: string, baseDecimals = 6) => ({ rate, baseDecimals, quoteDecimals: 2 });

describe('conversion', () => {
  it('L4 says an amount in the smallest unit of the quote', () => {
    expect(rounded(convert(1_000_000n, euro('0.8675')))).toBe(87n);
    expect(rounded(convert(2_000_000n, euro('0.8675')))).toBe(174n);
    expect(rounded(convert(10n ** 18n, euro('3120.55', 18)))).toBe(312_055n);
    expect(rounded(exactly(-5n))).toBe(-5n);
  });

  it('L4 rounds halves away from zero, on both sides', () => {
    const half = euro('0.005', 0);
    for (const amount of [1n, 3n, -1n, -3n]) {
      const away = amount > 0n ? (amount + 1n) / 2n : (amount - 1n) / 2n;
      expect(rounded(convert(amount, half))).toBe(away);
    }
    expect(rounded(convert(49n, euro('0.0001', 0)))).toBe(0n);
    expect(rounded(convert(50n, euro('0.0001', 0)))).toBe(1n);
  });

  const rates = fc.record({
    rate: fc
      .tuple(fc.bigInt(0n, 10n ** 18n - 1n), fc.bigInt(1n, 10n ** 18n - 1n))
      .map(([whole, part]) => `${whole}.${`${part}`.padStart(18, '0').replace(/0+$/, '')}`),
    baseDecimals: fc.integer({ min: 0, max: 24 }),
    quoteDecimals: fc.integer({ min: 0, max: 24 }),
  });
  const amounts = fc.array(fc.bigInt(-(10n ** 40n), 10n ** 40n), { maxLength: 8 });
  const sum = (all: readonly bigint[]) => all.reduce((total, each) => total + each, 0n);

  it('L4 loses nothing: parts add up to the whole, to the last digit, before it is rounded', () =>
    fc.assert(
      fc.property(rates, amounts, (rate, parts) => {
        const each = sum(parts.map((part) => convert(part, rate)));
        expect(each).toBe(convert(sum(parts), rate));
        expect(rounded(-each)).toBe(-rounded(each));
      }),
      { numRuns: 200 },
    ));
});
