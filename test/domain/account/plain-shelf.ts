/** A record, and whether it changed since all was archived. */
interface Entry<R> {
  readonly record: R | null;
  isChanged: boolean;
}

/** What a shelf is, in the plainest way: a map of objects in the order in which they changed. */
export class PlainShelf<R extends object> {
  readonly #entries = new Map<string, Entry<R>>();
  /** Null: nobody knows. */
  readonly #gone: Set<string> | null;
  #present = 0;
  #wasArchived: boolean;
  total: number;

  constructor(total: number) {
    this.total = total;
    this.#gone = total > 0 ? null : new Set();
    this.#wasArchived = total > 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  get isWhole(): boolean {
    return this.#present === this.total;
  }

  isMissing(id: string): boolean {
    return !this.isWhole && !this.#entries.has(id) && (this.#gone?.has(id) ?? true);
  }

  get(id: string): R | undefined {
    if (this.isMissing(id)) throw new Error(`the record of ${id} is not in memory`);
    return this.#entries.get(id)?.record ?? undefined;
  }

  add(id: string, record: R): void {
    const before = this.#entries.get(id);
    if (!before?.record) {
      this.#present++;
      this.total++;
    }
    this.#entries.delete(id);
    this.#entries.set(id, { record, isChanged: true });
  }

  change(id: string, change: (record: R) => R): R | undefined {
    const before = this.get(id);
    if (before) this.add(id, change(before));
    return before;
  }

  put(id: string, record: R | null): void {
    if (!this.isMissing(id)) return;
    this.#entries.set(id, { record, isChanged: false });
    if (record) this.#present++;
  }

  takeChanged(visit: (id: string, record: R) => void): void {
    for (const [id, entry] of this.#entries) {
      if (entry.record && entry.isChanged) visit(id, entry.record);
      entry.isChanged = false;
    }
    this.#wasArchived = true;
  }

  evict(keep: number): void {
    if (!this.#wasArchived) return;
    for (const [id, { record, isChanged }] of this.#entries) {
      if (this.#entries.size <= keep) return;
      if (isChanged) continue;
      this.#entries.delete(id);
      if (record === null) continue;
      this.#present--;
      this.#gone?.add(id);
    }
  }
}
