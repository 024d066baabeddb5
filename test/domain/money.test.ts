import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { amount, amountOrZero, displayAmount, formatAmount } from '../../src/domain/money.ts';

const bad = ['', '-1', '+1', '1.0', '1e3', ' 1', '1 ', '01', '0x1', '١', '1_000', '9'.repeat(79)];

describe('money', () => {
  it('L4 reads and writes whole numbers of any size exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 78n - 1n }), (value) => {
        expect(BigInt(amountOrZero.parse(formatAmount(value)))).toBe(value);
      }),
    );
  });

  it.each(bad)('L4 refuses %j', (text) => {
    expect(amountOrZero.safeParse(text).success).toBe(false);
    expect(amount.safeParse(text).success).toBe(false);
  });

  it('L4 refuses a number, however whole, and zero where there must be something', () => {
    expect(amount.safeParse(5).success).toBe(false);
    expect(amount.safeParse('0').success).toBe(false);
    expect(() => formatAmount(-1n)).toThrow(RangeError);
  });

  it.each([
    [1234567n, 6, '1.234567'],
    [1200000n, 6, '1.2'],
    [1000000n, 6, '1'],
    [1n, 18, '0.000000000000000001'],
    [-5n, 1, '-0.5'],
    [42n, 0, '42'],
  ])('shows %s with %i decimals as %s', (value, decimals, shown) => {
    expect(displayAmount(value, decimals)).toBe(shown);
  });
});

describe('canonical JSON', () => {
  it('sorts keys and knows one spelling', () => {
    expect(canonicalJson({ b: [1, null, true], a: { d: 'é"\n', c: '1' } })).toBe(
      '{"a":{"c":"1","d":"é\\"\\n"},"b":[1,null,true]}',
    );
  });

  it('is the same whatever the order of keys, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string())), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).reverse());
        let text: string;
        try {
          text = canonicalJson(value);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        expect(canonicalJson(backwards)).toBe(text);
        expect(JSON.parse(text)).toEqual({ ...value });
      }),
    );
  });

  it.each([
    [1.5],
    [Number.NaN],
    [2 ** 53],
    [-0],
    [undefined],
    [{ a: undefined }],
    [1n],
    [new Date(0)],
    ['\ud800'],
    ['a\u0000b'],
    [[undefined]],
  ])('refuses what has no exact spelling (case %#)', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
