import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gasTerms, readTerms, writeTerms } from '../../../../src/adapters/chains/evm/fees.ts';

/** The arithmetic of EIP-1559 terms, without a node. */

const wei = (max: bigint) => fc.bigInt({ min: 0n, max });
const GWEI = 1_000_000_000n;

test('terms never cost more than the cap and always pay the next base fee', () => {
  const market = fc.record({ baseFee: wei(500n * GWEI), tip: wei(50n * GWEI) });
  const gas = fc.bigInt({ min: 21_000n, max: 1_000_000n });
  fc.assert(
    fc.property(market, gas, wei(10n ** 18n), wei(GWEI), (fees, gasLimit, cap, minimumTip) => {
      const terms = gasTerms(fees, gasLimit, cap, minimumTip);
      const fits = (fees.baseFee + minimumTip) * gasLimit <= cap;
      expect(terms !== null).toBe(fits);
      if (terms === null) return;
      expect(terms.maxFeePerGas * gasLimit).toBeLessThanOrEqual(cap);
      expect(terms.maxPriorityFeePerGas).toBeGreaterThanOrEqual(minimumTip);
      expect(terms.maxFeePerGas - terms.maxPriorityFeePerGas).toBeGreaterThanOrEqual(fees.baseFee);
    }),
  );
});

test('with room under the cap, terms ride out a doubled base fee', () => {
  const market = { baseFee: 10n * GWEI, tip: 2n * GWEI };
  expect(gasTerms(market, 21_000n, 10n ** 18n, 1n)).toEqual({
    gasLimit: 21_000n,
    maxFeePerGas: 22n * GWEI,
    maxPriorityFeePerGas: 2n * GWEI,
  });
});

test('terms come back from their text as they were, and are refused where they disagree', () => {
  const terms = fc
    .record({
      gasLimit: fc.bigInt({ min: 21_000n, max: 500_000n }),
      maxFeePerGas: fc.bigInt({ min: 1n, max: 500n * GWEI }),
      share: fc.bigInt({ min: 0n, max: 100n }),
    })
    .map(({ share, ...rest }) => ({
      ...rest,
      maxPriorityFeePerGas: (rest.maxFeePerGas * share) / 100n,
    }));
  fc.assert(
    fc.property(terms, (before) => {
      const written = writeTerms(before);
      expect(readTerms(written)).toEqual(before);
      expect(() => readTerms({ ...written, most: written.most + 1n })).toThrow(TypeError);
    }),
  );
});
