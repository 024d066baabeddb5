/** A slot that nothing stands in. */
const FREE = 0;
const FIRST_SLOTS = 16;
/** So that none takes long to fill or to grow: a hash's highest bits choose. */
const TABLES = 64;
const TABLE_SHIFT = 26;
const NO_TABLES: (Table | undefined)[] = [];

/** Sixty-four to a hundred and twenty-eight megabytes. */
const MOST_HASHES = 16_000_000;
/** That take as much memory as a record. */
const HASHES_A_RECORD = 20;

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * A set of texts, by `hashOf`, in four to eight bytes each. As it knows no more than that, it never
 * says no for what it has, and of a million others it says yes for a few hundred.
 */
export class KeyHashes {
  #tables = NO_TABLES;
  /** What a table is filled with when somebody asks it first: so millions are ready at once. */
  #lists: readonly Int32Array[] = [];
  #size = 0;
  #isLost = false;

  /** Each list is in ascending order. */
  static of(lists: readonly Int32Array[]): KeyHashes {
    const hashes = new KeyHashes();
    for (const { length } of lists) hashes.#size += length;
    if (hashes.#size > MOST_HASHES) hashes.lose();
    else hashes.#lists = lists;
    return hashes;
  }

  /** What it takes of memory, counted in records. */
  get weight(): number {
    return Math.floor(this.#size / HASHES_A_RECORD);
  }

  mayHave(hash: number): boolean {
    return this.#isLost || (this.#size > 0 && this.#tableOf(hash).has(hash));
  }

  add(hash: number): void {
    if (this.#isLost) return;
    if (this.#size >= MOST_HASHES) this.lose();
    else if (this.#tableOf(hash).add(hash)) this.#size++;
  }

  /** From now on it may have anything. */
  lose(): void {
    this.#isLost = true;
    this.#tables = NO_TABLES;
    this.#lists = [];
    this.#size = 0;
  }

  #tableOf(hash: number): Table {
    return this.#tables[hash >>> TABLE_SHIFT] ?? this.#fill(hash >> TABLE_SHIFT);
  }

  #fill(bits: number): Table {
    if (this.#tables === NO_TABLES) this.#tables = Array.from({ length: TABLES });
    const parts = this.#lists.map((list) =>
      list.subarray(firstOf(list, bits), firstOf(list, bits + 1)),
    );
    const table = new Table(parts.reduce((sum, { length }) => sum + length, 0));
    for (const part of parts) for (const hash of part) table.add(hash);
    this.#tables[bits & (TABLES - 1)] = table;
    if (!this.#tables.includes(undefined)) this.#lists = [];
    return table;
  }
}

/** Where the first stands of those with these highest bits or higher ones. */
function firstOf(list: Int32Array, bits: number): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((list[middle] as number) >> TABLE_SHIFT < bits) from = middle + 1;
    else to = middle;
  }
  return from;
}

class Table {
  #slots: Int32Array;
  #size = 0;

  /** With room for so many. */
  constructor(hashes: number) {
    let slots = FIRST_SLOTS;
    while (slots < 2 * hashes) slots *= 2;
    this.#slots = new Int32Array(slots);
  }

  has(hash: number): boolean {
    return this.#slots[this.#slotOf(hash)] === hash;
  }

  /** Whether it is new. */
  add(hash: number): boolean {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    const slot = this.#slotOf(hash);
    if (this.#slots[slot] === hash) return false;
    this.#slots[slot] = hash;
    this.#size++;
    return true;
  }

  /** Where it stands, or would. */
  #slotOf(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== FREE && slots[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#size = 0;
    for (const hash of old) if (hash !== FREE) this.add(hash);
  }
}

/** The hash of a key that begins with this prefix is `hashOf` the rest, from here. */
export function basisOf(prefix: string, basis = OFFSET_BASIS): number {
  let hash = basis;
  for (let index = 0; index < prefix.length; index++) {
    hash = Math.imul(hash ^ prefix.charCodeAt(index), PRIME);
  }
  return hash;
}

/** FNV-1a in 32 bits with a sign, stirred at the end, because the lowest choose the slot. */
export function hashOf(text: string, basis = OFFSET_BASIS): number {
  let hash = basisOf(text, basis);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash === FREE ? 1 : hash;
}
