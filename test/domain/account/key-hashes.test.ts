import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashOf, KeyHashes } from '../../../src/domain/account/key-hashes.ts';
import { roundBytes } from '../../../src/domain/account/record-bytes.ts';
import { Shelf } from '../../../src/domain/account/shelf.ts';

it('a set of hashes never says no for what it has, and hardly ever yes for what it has not', () => {
  const hashes = new KeyHashes();
  for (let n = 0; n < 50_000; n++) hashes.add(hashOf(`acme t-${n}`));
  let [denied, strangers] = [0, 0];
  for (let n = 0; n < 50_000; n++) {
    if (!hashes.mayHave(hashOf(`acme t-${n}`))) denied++;
    if (hashes.mayHave(hashOf(`other t-${n}`))) strangers++;
  }
  expect(denied).toBe(0);
  expect(strangers).toBeLessThan(50);
});

it('a set of hashes is the same however it was filled', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer())), (lists) => {
      const sorted = lists.map((list) => Int32Array.from(list, (hash) => hash | 1).toSorted());
      const [together, alone] = [KeyHashes.of(sorted), new KeyHashes()];
      for (const hash of sorted.flatMap((list) => [...list])) alone.add(hash);
      for (const each of [together, alone]) {
        for (const hash of sorted.flatMap((list) => [...list])) {
          expect(each.mayHave(hash)).toBe(true);
          const isThere = sorted.some((list) => list.includes(hash ^ 2));
          expect(each.mayHave(hash ^ 2)).toBe(isThere);
        }
      }
      // What stands in two lists is counted twice.
      expect(together.weight).toBeGreaterThanOrEqual(alone.weight);
    }),
  );
});

it('a shelf asks the archive for what has left, not for what is new', () => {
  const shelf = new Shelf(roundBytes);
  const withBets = (bets: number) => ({ closed: false, bets, wins: 0 });
  for (let n = 0; n < 20; n++) shelf.add(`r-${n}`, withBets(n));
  shelf.takeChanged(() => {});
  shelf.evict(5);
  expect(shelf.isMissing('r-0')).toBe(true);
  expect(() => shelf.get('r-0')).toThrow('not in memory');
  expect(shelf.get('r-19')).toEqual(withBets(19));
  expect(shelf.get('new')).toBeUndefined();
  shelf.put('r-0', withBets(0));
  expect(shelf.get('r-0')).toEqual(withBets(0));
  const lost = new KeyHashes();
  lost.lose();
  // Where nobody knows what is there.
  expect(new Shelf(roundBytes, lost, 20).isMissing('new')).toBe(true);
});
