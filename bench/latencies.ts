const FIRST_ROOM = 65_536;

/** How long each call took, in one typed array: a million of them cost no garbage. */
export class Latencies {
  #times = new Float64Array(FIRST_ROOM);
  #count = 0;
  #isSorted = true;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    this.#reserve(1);
    this.#times[this.#count++] = ms;
    this.#isSorted = false;
  }

  addAll(other: Latencies): void {
    this.#reserve(other.#count);
    this.#times.set(other.#times.subarray(0, other.#count), this.#count);
    this.#count += other.#count;
    this.#isSorted = false;
  }

  /** The time that this share of the calls did not take longer than; 0 when there was none. */
  quantile(share: number): number {
    if (!this.#isSorted) this.#times.subarray(0, this.#count).sort();
    this.#isSorted = true;
    return this.#times[Math.max(0, Math.ceil(this.#count * share) - 1)] ?? 0;
  }

  #reserve(more: number): void {
    const needed = this.#count + more;
    if (needed <= this.#times.length) return;
    const larger = new Float64Array(Math.max(needed, 2 * this.#times.length));
    larger.set(this.#times.subarray(0, this.#count));
    this.#times = larger;
  }
}

export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
