/**
 * How regular the intervals between a player's bets are. Kept as sums over blocks of intervals, so
 * that a bet costs an addition: the block that fills, and the full one before it.
 */
export interface Cadence {
  lastMs: number;
  current: Block;
  previous: Block;
}

export interface Block {
  readonly intervals: number;
  readonly sumMs: number;
  /** Of the squares, in ms²: of 64 intervals below 2^53. */
  readonly squares: number;
}

const BLOCK_INTERVALS = 64;
/** Whoever makes a longer pause was away: that says nothing of a rhythm. */
const PAUSE_MS = 300_000;
const EMPTY: Block = { intervals: 0, sumMs: 0, squares: 0 };

export const newCadence = (): Cadence => ({ lastMs: 0, current: EMPTY, previous: EMPTY });

export function noteBet(cadence: Cadence, timeMs: number): void {
  const intervalMs = timeMs - cadence.lastMs;
  if (intervalMs < 0) return;
  cadence.lastMs = timeMs;
  if (intervalMs > PAUSE_MS) return;
  const { intervals, sumMs, squares } = cadence.current;
  const block = {
    intervals: intervals + 1,
    sumMs: sumMs + intervalMs,
    squares: squares + intervalMs * intervalMs,
  };
  const isFull = block.intervals === BLOCK_INTERVALS;
  if (isFull) cadence.previous = block;
  cadence.current = isFull ? EMPTY : block;
}

export interface Rhythm {
  readonly intervals: number;
  /** Standard deviation by mean, in basis points. Null: no interval that lasted. */
  readonly variationBp: number | null;
}

export function rhythmOf({ current, previous }: Cadence): Rhythm {
  const intervals = current.intervals + previous.intervals;
  const sum = BigInt(current.sumMs + previous.sumMs);
  if (sum === 0n) return { intervals, variationBp: null };
  const squares = BigInt(current.squares) + BigInt(previous.squares);
  const spread = BigInt(intervals) * squares - sum * sum;
  return { intervals, variationBp: Number(squareRoot(spread * 100_000_000n) / sum) };
}

/** The whole part of it, by Newton: a float would differ between machines. */
export function squareRoot(square: bigint): bigint {
  if (square < 2n) return square;
  let root = 1n << (BigInt(square.toString(2).length + 1) / 2n);
  for (;;) {
    const next = (root + square / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
