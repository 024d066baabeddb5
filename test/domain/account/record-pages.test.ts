import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteAt, wordAt, writeWord } from '../../../src/domain/account/bytes.ts';
import { hashOf } from '../../../src/domain/account/key-hashes.ts';
import {
  HASH,
  ID,
  LENGTH,
  roundBytes,
  transactionBytes,
} from '../../../src/domain/account/record-bytes.ts';
import { type Entry, recordIn, runsOf } from '../../../src/domain/account/record-pages.ts';
import type { Round, Transaction } from '../../../src/domain/account/records.ts';
import { Shelf } from '../../../src/domain/account/shelf.ts';
import type { RecordPage } from '../../../src/domain/decider.ts';
import { rounds, texts, transactions } from './arbitrary-records.ts';

/** An entry of no record, whose id has the given hash. */
function entryOf(hash: number, number: number): Entry {
  const bytes = new Uint8Array(ID + 4);
  writeWord(bytes, LENGTH, bytes.length);
  writeWord(bytes, HASH, hash);
  writeWord(bytes, ID, number);
  return { mark: 7, bytes, at: 0 };
}

/** Hash and number of each entry. */
function entriesIn({ records }: RecordPage): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < records.length; at += wordAt(records, at + LENGTH)) {
    expect(byteAt(records, at)).toBe(7);
    found.push([wordAt(records, at + HASH), wordAt(records, at + ID)]);
  }
  return found;
}

/** What any run must be: whoever looks for a hash finds all that have it in one page. */
function isInOrder(run: readonly RecordPage[]): boolean {
  const all = run.flatMap(({ hashes }) => [...hashes]);
  const isAscending = all.every((hash, index) => index === 0 || hash >= (all[index - 1] ?? 0));
  const firsts = run.map(({ hashes }) => hashes[0]);
  const straddles = run.some(
    ({ hashes }) => firsts.includes(hashes.at(-1)) && hashes[0] !== hashes.at(-1),
  );
  return isAscending && !straddles && new Set(firsts).size === firsts.length;
}

describe('pages of records', () => {
  it('L5 give back each record under its own id and kind, as it was', () => {
    const records = fc.uniqueArray(fc.tuple(texts, transactions, rounds), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(records, texts, (all, stranger) => {
        const [one, other] = [new Shelf(transactionBytes), new Shelf(roundBytes)];
        for (const [id, transaction, round] of all) {
          one.add(id, transaction);
          other.add(id, round);
        }
        const entries: Entry[] = [];
        one.takeChanged((bytes, at) => entries.push({ mark: one.form.mark, bytes, at }));
        other.takeChanged((bytes, at) => entries.push({ mark: other.form.mark, bytes, at }));
        const [page] = runsOf(entries).flat();
        if (!page) throw new Error('there is one');
        for (const [id, transaction, round] of all) {
          expect(recordIn<Transaction>(page, transactionBytes, id)).toEqual(transaction);
          expect(recordIn<Round>(page, roundBytes, id)).toEqual(round);
        }
        if (all.some(([id]) => id === stranger)) return;
        expect(recordIn(page, transactionBytes, stranger)).toBeUndefined();
      }),
    );
  });

  it('tell a record from one of another kind that has the same id and the same hash', () => {
    const shelf = new Shelf(roundBytes);
    shelf.add('acme 1', { closed: true, bets: 3, wins: 2 });
    const entries: Entry[] = [];
    shelf.takeChanged((all, at) => {
      const bytes = all.slice();
      writeWord(bytes, at + HASH, hashOf('acme 1', transactionBytes.basis));
      entries.push({ mark: roundBytes.mark, bytes, at });
    });
    const [page] = runsOf(entries).flat();
    expect(page && recordIn(page, transactionBytes, 'acme 1')).toBeUndefined();
  });

  it('stand in the order of their hashes, and those of one hash in one page', () => {
    const hash = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());
    // Blocks of the same hash, so that they meet the end of a page.
    const blocks = fc.array(fc.tuple(hash, fc.integer({ min: 1, max: 500 })), { maxLength: 12 });
    fc.assert(
      fc.property(blocks, (list) => {
        const hashes = list.flatMap(([each, times]) => Array.from({ length: times }, () => each));
        const runs = runsOf(hashes.map(entryOf));
        expect(runs.length).toBe(hashes.length > 0 ? 1 : 0);
        const [run = []] = runs;
        expect(isInOrder(run)).toBe(true);
        expect(run.flatMap((page) => [...page.hashes])).toEqual(hashes.toSorted((a, b) => a - b));
        const entries = run.flatMap(entriesIn);
        expect(entries.map(([each]) => each)).toEqual(hashes.toSorted((a, b) => a - b));
        expect(new Set(entries.map(([, number]) => number)).size).toBe(hashes.length);
      }),
      { numRuns: 60 },
    );
  });

  it('are of several runs where there are very many, and a row has room for each', () => {
    const runs = runsOf(Array.from({ length: 70_000 }, (_, n) => entryOf(hashOf(`t ${n}`), n)));
    expect(runs.map((run) => run.flatMap(entriesIn).length)).toEqual([65_536, 70_000 - 65_536]);
    expect(runs.every(isInOrder)).toBe(true);
    const most = Math.max(...runs.flat().map(({ hashes }) => hashes.length));
    expect(most).toBeLessThanOrEqual(460);
    expect(
      new Set(
        runs
          .flat()
          .flatMap(entriesIn)
          .map(([, number]) => number),
      ).size,
    ).toBe(70_000);
  });
});
