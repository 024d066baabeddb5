/** A record, and whether it changed since all was archived: then whether the archive has it. */
interface Entry<R> {
  readonly record: R | null;
  changed: 'new' | 'known' | null;
}

/** What a shelf is, in the plainest way: a map of objects in the order in which they changed. */
export class PlainShelf<R extends object> {
  readonly #entries = new Map<string, Entry<R>>();
  #gone: Set<string> | null = null;
  #present = 0;
  #wasArchived: boolean;
  total: number;

  constructor(total: number) {
    this.total = total;
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
    const changed = before?.record ? (before.changed ?? 'known') : 'new';
    this.#entries.set(id, { record, changed });
  }

  put(id: string, record: R | null): void {
    if (!this.isMissing(id)) return;
    this.#entries.set(id, { record, changed: null });
    if (record) this.#present++;
  }

  takeChanged(visit: (id: string, record: R, isKnown: boolean) => void): void {
    for (const [id, entry] of this.#entries) {
      if (entry.record && entry.changed) visit(id, entry.record, entry.changed === 'known');
      entry.changed = null;
    }
    this.#wasArchived = true;
  }

  evict(keep: number): void {
    if (!this.#wasArchived) return;
    if (this.isWhole) this.#gone ??= new Set();
    for (const [id, { record, changed }] of this.#entries) {
      if (this.#entries.size <= keep) return;
      if (changed) continue;
      this.#entries.delete(id);
      if (record === null) continue;
      this.#present--;
      this.#gone?.add(id);
    }
  }
}
