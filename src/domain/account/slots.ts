/**
 * A hash table in one `Int32Array`, without a pointer in it: for each entry a place in a byte
 * array, and the hash of what stands there. A slot is the index of the place; the hash follows it.
 */

/** Places count from one: zero is a free slot. */
export const FREE = 0;
const FIRST_ENTRIES = 8;

/** Of a table that has nothing yet: nobody writes into it. */
export const NO_SLOTS = new Int32Array(2);

/** Half of them free, at least. */
export function slotsFor(entries: number): Int32Array {
  let most = FIRST_ENTRIES;
  while (most < entries) most *= 2;
  return new Int32Array(4 * most);
}

/** Whether one more than these would be too many. */
export const isFull = (slots: Int32Array, entries: number): boolean =>
  4 * (entries + 1) > slots.length;

export const firstSlot = (slots: Int32Array, hash: number): number =>
  (hash << 1) & (slots.length - 1);

export const nextSlot = (slots: Int32Array, slot: number): number =>
  (slot + 2) & (slots.length - 1);

/** For what isn't in it. */
export function addSlot(slots: Int32Array, hash: number, place: number): void {
  let slot = firstSlot(slots, hash);
  while (slots[slot] !== FREE) slot = nextSlot(slots, slot);
  slots[slot] = place;
  slots[slot + 1] = hash;
}

export function slotOfPlace(slots: Int32Array, hash: number, place: number): number {
  let slot = firstSlot(slots, hash);
  while (slots[slot] !== place) slot = nextSlot(slots, slot);
  return slot;
}

/** Those behind it move up, each as far as it may: up to the first that its hash stands for. */
export function freeSlot(slots: Int32Array, freed: number): void {
  const mask = slots.length - 1;
  let hole = freed;
  for (let slot = nextSlot(slots, hole); slots[slot] !== FREE; slot = nextSlot(slots, slot)) {
    const hash = slots[slot + 1] as number;
    const distance = (slot - firstSlot(slots, hash)) & mask;
    if (distance < ((slot - hole) & mask)) continue;
    slots[hole] = slots[slot] as number;
    slots[hole + 1] = hash;
    hole = slot;
  }
  slots[hole] = FREE;
}

/** The same entries, with room for more. */
export function grownSlots(slots: Int32Array, entries: number): Int32Array {
  const grown = slotsFor(entries);
  for (let slot = 0; slot < slots.length; slot += 2) {
    const place = slots[slot] as number;
    if (place !== FREE) addSlot(grown, slots[slot + 1] as number, place);
  }
  return grown;
}
