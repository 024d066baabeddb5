/**
 * Durations are counted in fixed buckets, so that days, brands and chains can be put together and
 * every rebuild says the same. Below 64 ms each millisecond is a bucket; above, each doubling has
 * 32. A percentile is told as the longest duration of its bucket: never too short, and too long by
 * less than a thirty-second part (3.2 %).
 */
const LINEAR = 64;
const PER_DOUBLING = LINEAR / 2;

/** Of whole milliseconds, zero or more. */
export function bucketOf(ms: number): number {
  if (ms < LINEAR) return ms;
  // Exact: both are whole numbers far below 2^53, and the divisor is a power of two.
  let doublings = 0;
  let rest = ms;
  while (rest >= LINEAR) {
    rest = Math.floor(rest / 2);
    doublings++;
  }
  return LINEAR + (doublings - 1) * PER_DOUBLING + (rest - PER_DOUBLING);
}

/** The longest duration in it. */
export function longestIn(bucket: number): number {
  if (bucket < LINEAR) return bucket;
  const above = bucket - LINEAR;
  const doublings = Math.floor(above / PER_DOUBLING) + 1;
  return (PER_DOUBLING + (above % PER_DOUBLING) + 1) * 2 ** doublings - 1;
}

export interface Bucket {
  readonly bucket: number;
  readonly events: number;
}

/**
 * The duration that `percent` of all don't exceed (nearest rank), of buckets in their order; null
 * where there are none.
 */
export function percentile(buckets: readonly Bucket[], percent: number): number | null {
  const total = buckets.reduce((sum, { events }) => sum + events, 0);
  const rank = Math.max(1, Math.ceil((total * percent) / 100));
  let below = 0;
  for (const { bucket, events } of buckets) {
    below += events;
    if (below >= rank) return longestIn(bucket);
  }
  return null;
}
