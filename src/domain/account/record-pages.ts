import type { RecordPage } from '../decider.ts';
import { ByteReader, byteAt, wordAt } from './bytes.ts';
import { hashOf } from './key-hashes.ts';
import { type ByteForm, HASH, ID, LENGTH } from './record-bytes.ts';

/** So many hashes stand in a row of a table beside what else it has. */
const MOST_IN_PAGE = 450;
/** A power of two: hash and place are one whole number. */
const MOST_IN_RUN = 2 ** 16;
const LOWEST_HASH = -(2 ** 31);

const reader = new ByteReader();

/** Of a shelf. */
export interface Entry {
  /** Of its kind. */
  readonly mark: number;
  /** That it stands in. */
  readonly bytes: Uint8Array;
  readonly at: number;
}

const hashIn = ({ bytes, at }: Entry) => wordAt(bytes, at + HASH);
const lengthOf = ({ bytes, at }: Entry) => wordAt(bytes, at + LENGTH);

/** Entries of shelves as pages, in the order of their hashes; a run for each 65,536 of them. */
export function runsOf(entries: readonly Entry[]): RecordPage[][] {
  const runs: RecordPage[][] = [];
  for (let from = 0; from < entries.length; from += MOST_IN_RUN) {
    runs.push(pagesOf(byHash(entries.slice(from, from + MOST_IN_RUN))));
  }
  return runs;
}

function byHash(entries: readonly Entry[]): Entry[] {
  const order = new Float64Array(entries.length);
  let place = 0;
  for (const entry of entries) {
    order[place] = (hashIn(entry) - LOWEST_HASH) * MOST_IN_RUN + place;
    place++;
  }
  const sorted: Entry[] = [];
  // A loop, here as below: a function given to `from` is reached by an iterator, and slower.
  for (const each of order.sort()) sorted.push(entries[each % MOST_IN_RUN] as Entry);
  return sorted;
}

function pagesOf(entries: readonly Entry[]): RecordPage[] {
  const hashes = new Int32Array(entries.length);
  let place = 0;
  for (const entry of entries) hashes[place++] = hashIn(entry);
  const pages: RecordPage[] = [];
  for (let from = 0, to = 0; from < entries.length; from = to) {
    to = Math.min(from + MOST_IN_PAGE, entries.length);
    // Whoever looks for a hash looks at one page: all that have it stand there.
    while (to < entries.length && hashes[to] === hashes[to - 1]) to++;
    pages.push({ hashes: hashes.slice(from, to), records: copyOf(entries.slice(from, to)) });
  }
  return pages;
}

function copyOf(entries: readonly Entry[]): Uint8Array {
  const copy = new Uint8Array(entries.reduce((sum, entry) => sum + lengthOf(entry), 0));
  let end = 0;
  for (const entry of entries) {
    const { mark, bytes, at } = entry;
    const start = end;
    end += lengthOf(entry);
    // Byte by byte: they are few, and a view of them costs more.
    for (let offset = 1; start + offset < end; offset++) {
      copy[start + offset] = byteAt(bytes, at + offset);
    }
    copy[start] = mark;
  }
  return copy;
}

/** The record of an id, where the page has it. */
export function recordIn<R>({ hashes, records }: RecordPage, form: ByteForm<R>, id: string) {
  const hash = hashOf(id, form.basis);
  let place = hashes.indexOf(hash);
  if (place < 0) return undefined;
  let at = 0;
  for (let left = place; left > 0; left--) at += wordAt(records, at + LENGTH);
  for (; hashes[place] === hash; place++, at += wordAt(records, at + LENGTH)) {
    if (byteAt(records, at) !== form.mark) continue;
    if (!reader.from(records, at + ID).isText(id)) continue;
    reader.from(records, at + ID).skipText();
    return form.read(reader);
  }
  return undefined;
}
