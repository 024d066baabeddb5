/**
 * Keeps what was used lately and lets go of the rest, in two generations: no list to keep in order
 * for every use, and whatever was used since the last turn is still there after the next.
 */
export class Recent<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#young.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    this.#young.set(key, value);
  }

  /** Whether anything was let go of, because more than `most` were used since the last turn. */
  turn(most: number): boolean {
    if (this.#young.size <= most) return false;
    const forgets = this.#old.size > 0;
    this.#old = this.#young;
    this.#young = new Map();
    return forgets;
  }
}
