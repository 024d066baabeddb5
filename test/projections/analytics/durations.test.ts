import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, longestIn, percentile } from '../../../src/projections/analytics/durations.ts';

const YEAR_MS = 365 * 86_400_000;
const durations = fc.oneof(fc.nat(200), fc.nat(3_600_000), fc.nat(10 * YEAR_MS));

describe('buckets of durations', () => {
  it('hold every duration, told too long by less than a thirty-second part', () =>
    fc.assert(
      fc.property(durations, (ms) => {
        const told = longestIn(bucketOf(ms));
        expect(told).toBeGreaterThanOrEqual(ms);
        expect((told - ms) * 32).toBeLessThanOrEqual(ms);
      }),
      { numRuns: 500 },
    ));

  it('follow each other without a gap', () => {
    for (let bucket = 0; bucket < 700; bucket++) {
      expect(bucketOf(longestIn(bucket))).toBe(bucket);
      expect(bucketOf(longestIn(bucket) + 1)).toBe(bucket + 1);
    }
  });
});

describe('a percentile', () => {
  it('is the nearest rank of all durations, as its bucket tells it', () =>
    fc.assert(
      fc.property(
        fc.array(durations, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (all, percent) => {
          const sorted = [...all].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil((all.length * percent) / 100) - 1)] ?? -1;
          const buckets = sorted.map((ms) => ({ bucket: bucketOf(ms), events: 1 }));
          expect(percentile(buckets, percent)).toBe(longestIn(bucketOf(exact)));
        },
      ),
      { numRuns: 300 },
    ));

  it('is nothing of nothing', () => expect(percentile([], 50)).toBeNull());
});
