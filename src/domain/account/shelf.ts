import { KeyHashes } from './key-hashes.ts';

/** Sixteen to thirty-two megabytes; beyond, the archive is asked. */
const MOST_GONE = 4_000_000;

/**
 * The records of one kind, by id, of which some are in memory and the rest in an archive. It knows
 * how many there are in all, so with all of them in memory it also knows what there isn't. And it
 * remembers which have left, so that what is new needs no question to the archive.
 */
export class Shelf<R extends object> {
  /** Oldest first. Null: known to be nowhere. */
  readonly #inMemory = new Map<string, R | null>();
  /**
   * What changed since all was archived, and whether that has it. Null: nothing was ever archived.
   * Most accounts stay so.
   */
  #changed: Map<string, 'new' | 'known'> | null;
  #present = 0;
  #total: number;
  /** All that is only in the archive; null: nobody knows. */
  #gone: KeyHashes | null = null;

  constructor(total = 0) {
    this.#total = total;
    this.#changed = total === 0 ? null : new Map();
  }

  /** How many there are, here and in the archive. */
  get total(): number {
    return this.#total;
  }

  /** How many are in memory, with those that are known to be nowhere. */
  get size(): number {
    return this.#inMemory.size;
  }

  /** All there is, is in memory. */
  get isWhole(): boolean {
    return this.#present === this.#total;
  }

  /** Whether only the archive can tell. */
  isMissing(id: string): boolean {
    return !this.isWhole && !this.#inMemory.has(id) && (this.#gone?.mayHave(id) ?? true);
  }

  /** Throws for what is missing: deciding on half a state would be worse. */
  get(id: string): Readonly<R> | undefined {
    const record = this.#inMemory.get(id);
    if (record === undefined && this.isMissing(id)) {
      throw new Error(`the record of ${id} is not in memory`);
    }
    return record ?? undefined;
  }

  /** The record, about to be changed in place; undefined when there is none. */
  change(id: string): R | undefined {
    const record = this.get(id);
    if (record && this.#changed?.has(id) === false) this.#changed.set(id, 'known');
    return record as R | undefined;
  }

  /** A record that there wasn't yet. */
  add(id: string, record: R): R {
    if (!this.#inMemory.get(id)) {
      this.#present++;
      this.#total++;
      this.#changed?.set(id, 'new');
    } else if (this.#changed?.has(id) === false) {
      this.#changed.set(id, 'known');
    }
    this.#inMemory.set(id, record);
    return record;
  }

  /** What the archive has; null when it has nothing. What is in memory is never older. */
  put(id: string, record: R | null): void {
    if (!this.isMissing(id)) return;
    this.#inMemory.set(id, record);
    if (record) this.#present++;
  }

  /** Visits what was added or changed since the last time, which saw it too, or didn't. */
  takeChanged(visit: (id: string, record: R, isKnown: boolean) => void): void {
    for (const id of (this.#changed ?? this.#inMemory).keys()) {
      const record = this.#inMemory.get(id);
      if (record) visit(id, record, this.#changed?.get(id) === 'known');
    }
    this.#changed = new Map();
  }

  /** Forgets the oldest until `keep` are in memory, but none that changed. */
  evict(keep: number): void {
    if (this.#changed === null) return;
    if (this.isWhole) this.#gone ??= new KeyHashes();
    if (this.#gone && this.#gone.size > MOST_GONE) this.#gone = null;
    for (const [id, record] of this.#inMemory) {
      if (this.#inMemory.size <= keep) return;
      if (this.#changed.has(id)) continue;
      this.#inMemory.delete(id);
      if (record === null) continue;
      this.#present--;
      this.#gone?.add(id);
    }
  }
}

/** A draft of a shelf: it begins with what that has, and what happens to it, that never sees. */
export class SketchedShelf<R extends object> extends Shelf<R> {
  readonly #base: Shelf<R>;
  readonly #own = new Map<string, R>();

  constructor(base: Shelf<R>) {
    super();
    this.#base = base;
  }

  override get(id: string): Readonly<R> | undefined {
    return this.#own.get(id) ?? this.#base.get(id);
  }

  override change(id: string): R | undefined {
    const own = this.#own.get(id);
    if (own) return own;
    const record = this.#base.get(id);
    return record && this.add(id, { ...record });
  }

  override add(id: string, record: R): R {
    this.#own.set(id, record);
    return record;
  }
}
