import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addSlot,
  FREE,
  firstSlot,
  freeSlot,
  grownSlots,
  isFull,
  nextSlot,
  slotOfPlace,
  slotsFor,
} from '../../../src/domain/account/slots.ts';

/** What a search by hash comes past: up to the first free slot. */
function placesOf(slots: Int32Array, hash: number): number[] {
  const found: number[] = [];
  let slot = firstSlot(slots, hash);
  for (; slots[slot] !== FREE; slot = nextSlot(slots, slot)) {
    if (slots[slot + 1] === hash) found.push(slots[slot] ?? FREE);
  }
  return found.sort((a, b) => a - b);
}

it('a table finds all that was added and not freed, whichever slots they wanted', () => {
  // Few hashes, of which many want the same slot, at the end of the table too.
  const hashes = fc.constantFrom(1, 17, 33, 2, 15, 31, -1, -2, 2 ** 31 - 1, -(2 ** 31));
  const steps = fc.array(fc.tuple(hashes, fc.boolean(), fc.nat()), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (sequence) => {
      let slots = slotsFor(1);
      const kept = new Map<number, number>();
      for (const [index, [hash, isFreed, pick]] of sequence.entries()) {
        const place = [...kept.keys()][pick % Math.max(1, kept.size)];
        if (isFreed && place !== undefined) {
          freeSlot(slots, slotOfPlace(slots, kept.get(place) ?? 0, place));
          kept.delete(place);
        } else {
          if (isFull(slots, kept.size)) slots = grownSlots(slots, kept.size + 1);
          addSlot(slots, hash, index + 1);
          kept.set(index + 1, hash);
        }
        for (const each of kept.values()) {
          const places = [...kept.keys()].filter((key) => kept.get(key) === each);
          expect(placesOf(slots, each)).toEqual(places);
        }
      }
    }),
    { numRuns: 300 },
  );
});
