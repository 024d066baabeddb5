import { ByteReader, byteAt, wordAt, writeText, writeWord } from './bytes.ts';
import { hashOf, KeyHashes } from './key-hashes.ts';
import { type ByteForm, HASH, ID, LENGTH } from './record-bytes.ts';
import {
  addSlot,
  FREE,
  firstSlot,
  freeSlot,
  grownSlots,
  isFull,
  NO_SLOTS,
  nextSlot,
  slotOfPlace,
  slotsFor,
} from './slots.ts';

/** What the byte says that an entry begins with. Another stands for it, or nobody needs it. */
const DEAD = 1;
/** It came from the archive. */
const FETCHED = 2;
/** The archive has none, and nor has anybody else. No record follows the id. */
const NOWHERE = 4;

const NO_BYTES = new Uint8Array();
const FIRST_BYTES = 256;
/** So that every place is a whole number in 32 bits. */
const MOST_BYTES = 2 ** 31;

const reader = new ByteReader();

/**
 * The records of one kind, by id, of which some are in memory and the rest in an archive. It knows
 * how many there are in all, so with all of them in memory it also knows what there isn't. And it
 * remembers which have left, so that what is new needs no question to the archive.
 *
 * They are kept as bytes, one entry after the other. A collection of the young generation looks at
 * every old object that got a pointer to a new one; with ten thousand accounts that is each time
 * another, and took an eighth of all time. Bytes point to nothing.
 */
export class Shelf<R extends object> {
  readonly form: ByteForm<R>;
  /** Oldest first. What changes is written anew behind the rest, and dead where it stood. */
  #bytes: Uint8Array = NO_BYTES;
  /** Where the live ones stand, counted from one. */
  #slots: Int32Array = NO_SLOTS;
  /** Before it all are dead. */
  #begin = 0;
  #end = 0;
  #deadBytes = 0;
  /** What stands behind it changed since all was archived, unless it was fetched. */
  #archivedEnd = 0;
  /** Most accounts never are. */
  #wasArchived: boolean;
  #size = 0;
  #present = 0;
  #total: number;
  /** All that is only in the archive, of all shelves of the state. */
  readonly #gone: KeyHashes;

  constructor(form: ByteForm<R>, gone = new KeyHashes(), total = 0) {
    this.form = form;
    this.#gone = gone;
    this.#total = total;
    this.#wasArchived = total > 0;
  }

  /** How many there are, here and in the archive. */
  get total(): number {
    return this.#total;
  }

  /** How many are in memory, with those that are known to be nowhere. */
  get size(): number {
    return this.#size;
  }

  /** All there is, is in memory. */
  get isWhole(): boolean {
    return this.#present === this.#total;
  }

  /** Whether only the archive can tell. */
  isMissing(id: string): boolean {
    if (this.isWhole) return false;
    const hash = this.#hashOf(id);
    return this.#gone.mayHave(hash) && this.#find(id, hash) < 0;
  }

  /** Throws for what is missing: deciding on half a state would be worse. */
  get(id: string): R | undefined {
    const { newest } = this.form;
    if (newest?.shelf === this && newest.id === id) return newest.record;
    const hash = this.#hashOf(id);
    const at = this.#find(id, hash);
    if (at < 0) {
      if (this.isWhole || !this.#gone.mayHave(hash)) return undefined;
      throw new Error(`the record of ${id} is not in memory`);
    }
    if (this.#flags(at) & NOWHERE) return undefined;
    return this.#remember(id, this.#recordAt(at));
  }

  /** A record that there wasn't yet, or another version of one that is in memory. */
  add(id: string, record: R): void {
    const hash = this.#hashOf(id);
    const before = this.#append(id, hash, record, 0);
    if (before === null || before & NOWHERE) {
      this.#present++;
      this.#total++;
    }
    this.#remember(id, record);
  }

  /** Puts what is made of the record in its place, and returns what it was. Throws like `get`. */
  change(id: string, change: (record: R) => R): R | undefined {
    const record = this.get(id);
    if (record !== undefined) this.add(id, change(record));
    return record;
  }

  /** What the archive has; null when it has nothing. What is in memory is never older. */
  put(id: string, record: R | null): void {
    if (!this.isMissing(id)) return;
    this.#append(id, this.#hashOf(id), record, record ? FETCHED : FETCHED | NOWHERE);
    if (record) this.#present++;
  }

  /** Visits the entries of what was added or changed since the last time. */
  takeChanged(visit: (bytes: Uint8Array, at: number) => void): void {
    for (let at = this.#archivedEnd; at < this.#end; at += this.#length(at)) {
      if (!(this.#flags(at) & (DEAD | FETCHED))) visit(this.#bytes, at);
    }
    this.#archivedEnd = this.#end;
    this.#wasArchived = true;
  }

  /** Forgets the oldest until `keep` are in memory, but none that changed. */
  evict(keep: number): void {
    if (!this.#wasArchived || this.#size <= keep) return;
    if (this.form.newest?.shelf === this) this.form.newest.shelf = null;
    for (let at = this.#begin; at < this.#end && this.#size > keep; at += this.#length(at)) {
      const flags = this.#flags(at);
      if (flags & DEAD || (at >= this.#archivedEnd && !(flags & FETCHED))) continue;
      this.#forget(at);
    }
    while (this.#begin < this.#end && this.#flags(this.#begin) & DEAD) {
      this.#begin += this.#length(this.#begin);
    }
    if (2 * this.#deadBytes > this.#end) this.#squeeze(0);
  }

  #hashOf(id: string): number {
    return hashOf(id, this.form.basis);
  }

  #flags(at: number): number {
    return byteAt(this.#bytes, at);
  }

  #length(at: number): number {
    return wordAt(this.#bytes, at + LENGTH);
  }

  #recordAt(at: number): R {
    reader.from(this.#bytes, at + ID).skipText();
    return this.form.read(reader);
  }

  /** Frozen: what is in the bytes, nobody could change with it. */
  #remember(id: string, record: R): R {
    const { newest } = this.form;
    if (newest === null) return record;
    newest.shelf = this;
    newest.id = id;
    newest.record = Object.freeze(record);
    return record;
  }

  /** Where its entry stands; below zero: nowhere here. */
  #find(id: string, hash: number): number {
    return (this.#slots[this.#slotOf(id, hash)] as number) - 1;
  }

  /** The slot that it has, or would have. */
  #slotOf(id: string, hash: number): number {
    const slots = this.#slots;
    for (let slot = firstSlot(slots, hash); ; slot = nextSlot(slots, slot)) {
      const place = slots[slot] as number;
      if (place === FREE) return slot;
      if (slots[slot + 1] !== hash) continue;
      if (reader.from(this.#bytes, place - 1 + ID).isText(id)) return slot;
    }
  }

  /** Its new entry is the only one that lives. Returns the flags of the one before; null: none. */
  #append(id: string, hash: number, record: R | null, flags: number): number | null {
    const end = this.#writtenEnd(id, record);
    if (isFull(this.#slots, this.#size)) this.#slots = grownSlots(this.#slots, this.#size + 1);
    const at = this.#end;
    this.#end = end;
    const slot = this.#slotOf(id, hash);
    const before = (this.#slots[slot] as number) - 1;
    const bytes = this.#bytes;
    this.#slots[slot] = at + 1;
    this.#slots[slot + 1] = hash;
    writeWord(bytes, at + LENGTH, end - at);
    writeWord(bytes, at + HASH, hash);
    bytes[at] = flags;
    if (before < 0) {
      this.#size++;
      return null;
    }
    const old = this.#flags(before);
    this.#bury(before);
    return old;
  }

  /** Writes id and record behind the last entry, where nothing finds them yet. */
  #writtenEnd(id: string, record: R | null): number {
    for (;;) {
      const start = this.#end;
      const at = writeText(this.#bytes, start + ID, id);
      const end = record ? this.form.write(this.#bytes, at, record) : at;
      if (end <= this.#bytes.length) return end;
      this.#squeeze(end - start);
    }
  }

  #bury(at: number): void {
    this.#bytes[at] = DEAD;
    this.#deadBytes += this.#length(at);
  }

  #forget(at: number): void {
    const hash = wordAt(this.#bytes, at + HASH);
    freeSlot(this.#slots, slotOfPlace(this.#slots, hash, at + 1));
    if (!(this.#flags(at) & NOWHERE)) {
      this.#present--;
      this.#gone.add(hash);
    }
    this.#size--;
    this.#bury(at);
  }

  /** Leaves out the dead, in an array of a size that fits the rest and `more`. */
  #squeeze(more: number): void {
    const old = this.#bytes;
    const length = lengthFor(this.#end - this.#deadBytes + more);
    const bytes = length === old.length ? old : new Uint8Array(length);
    if (this.#deadBytes === 0) {
      bytes.set(old);
      this.#bytes = bytes;
      return;
    }
    const slots = slotsFor(this.#size + 1);
    let [at, end, archivedEnd] = [this.#begin, 0, 0];
    while (at < this.#end) {
      const start = at;
      for (; at < this.#end && !(byteAt(old, at) & DEAD); at += wordAt(old, at + LENGTH)) {
        addSlot(slots, wordAt(old, at + HASH), end + at - start + 1);
        if (at < this.#archivedEnd) archivedEnd = end + at - start + wordAt(old, at + LENGTH);
      }
      // In one array they may overlap: it copies as if they didn't.
      if (at > start) bytes.set(old.subarray(start, at), end);
      end += at - start;
      while (at < this.#end && byteAt(old, at) & DEAD) at += wordAt(old, at + LENGTH);
    }
    this.#bytes = bytes;
    this.#slots = slots;
    this.#begin = 0;
    this.#end = end;
    this.#deadBytes = 0;
    this.#archivedEnd = archivedEnd;
  }
}

/** A quarter of it is free, so that it isn't squeezed again at once. */
function lengthFor(used: number): number {
  let length = FIRST_BYTES;
  while (3 * length < 4 * used) length *= 2;
  if (length > MOST_BYTES) throw new RangeError(`a shelf has no room for ${used} bytes`);
  return length;
}
