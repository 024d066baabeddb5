/** A slot that nothing stands in. */
const FREE = 0;
const FIRST_SLOTS = 1_024;

/**
 * A set of texts, by `hashOf`, in four to eight bytes each. As it knows no more than that, it never
 * says no for what it has, and of a million others it says yes for a few hundred.
 */
export class KeyHashes {
  #slots = new Int32Array(FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  mayHave(hash: number): boolean {
    return this.#slots[this.#slotOf(hash)] === hash;
  }

  add(hash: number): void {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    this.#put(hash);
  }

  #put(hash: number): void {
    const slot = this.#slotOf(hash);
    if (this.#slots[slot] === hash) return;
    this.#slots[slot] = hash;
    this.#size++;
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
    for (const hash of old) if (hash !== FREE) this.#put(hash);
  }
}

/** FNV-1a in 32 bits with a sign, stirred at the end, because the lowest choose the slot. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash === FREE ? 1 : hash;
}
