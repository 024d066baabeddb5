/**
 * Fields as bytes, for records of which there are millions. Writing returns where the field ends,
 * also where that is behind the end of the bytes: there a byte array takes nothing, so whoever
 * writes looks at the end, and writes once more where there is room.
 */

/** What stands for a number that takes text; all others are written as one more. */
const AS_TEXT = 0;
const WIDEST_BYTE = 0xff;
const INT32_MAX = 0x7f_ff_ff_ff;
/** Below it every whole number is one of JavaScript's numbers, and so is the next. */
const EXACT = 2n ** 53n;

/** Seven bits a byte, the lowest first: up to 2^53. */
export function writeWhole(bytes: Uint8Array, start: number, value: number): number {
  let [at, rest] = [start, value];
  for (; rest > INT32_MAX; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

/** A count, a revision: a few bytes. Whatever else a number may be is kept too. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0 && Number.isSafeInteger(value)) return writeWhole(bytes, at, value + 1);
  return writeText(bytes, writeWhole(bytes, at, AS_TEXT), `${value}`);
}

/** An amount has no upper limit. */
export function writeAmount(bytes: Uint8Array, at: number, value: bigint): number {
  if (value >= 0n && value < EXACT) return writeWhole(bytes, at, Number(value + 1n));
  return writeText(bytes, writeWhole(bytes, at, AS_TEXT), value.toString());
}

/** A byte for each UTF-16 unit where one is enough for all, else two. */
export function writeText(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  let at = writeWhole(bytes, start, 2 * length);
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > WIDEST_BYTE) return writeWide(bytes, start, text);
    bytes[at++] = unit;
  }
  return at;
}

function writeWide(bytes: Uint8Array, start: number, text: string): number {
  let at = writeWhole(bytes, start, 2 * text.length + 1);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[at++] = unit & 0xff;
    bytes[at++] = unit >>> 8;
  }
  return at;
}

/** Four bytes: a whole number from -2^31 to 2^31 - 1. */
export function writeWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}

export const wordAt = (bytes: Uint8Array, at: number): number =>
  byteAt(bytes, at) |
  (byteAt(bytes, at + 1) << 8) |
  (byteAt(bytes, at + 2) << 16) |
  (byteAt(bytes, at + 3) << 24);

/** What is read was written before, so it is there: which the compiler can't know. */
export const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] as number;

const MOST_UNITS = 128;
const lists: number[][] = [];

/** One for each length, used again and again: a text made of one list is in one piece. */
const unitsFor = (length: number): number[] => {
  lists[length] ??= Array.from({ length }, () => 0);
  return lists[length];
};

/** Reads one field after the other, in the order in which they were written. */
export class ByteReader {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  from(bytes: Uint8Array, at: number): this {
    this.#bytes = bytes;
    this.#at = at;
    return this;
  }

  byte(): number {
    return byteAt(this.#bytes, this.#at++);
  }

  whole(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let [value, weight] = [first & 0x7f, 0x80];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      weight *= 0x80;
    }
  }

  number(): number {
    const value = this.whole();
    return value === AS_TEXT ? Number(this.text()) : value - 1;
  }

  amount(): bigint {
    const value = this.whole();
    return value === AS_TEXT ? BigInt(this.text()) : BigInt(value - 1);
  }

  text(): string {
    const head = this.whole();
    const width = head % 2 === 0 ? 1 : 2;
    const bytes = this.#bytes;
    let at = this.#at;
    let text = '';
    for (let left = (head - width + 1) / 2; left > 0; left -= MOST_UNITS) {
      const units = unitsFor(Math.min(left, MOST_UNITS));
      for (let index = 0; index < units.length; index++, at += width) {
        const low = byteAt(bytes, at);
        units[index] = width === 1 ? low : low | (byteAt(bytes, at + 1) << 8);
      }
      text += String.fromCharCode(...units);
    }
    this.#at = at;
    return text;
  }

  skipText(): void {
    const head = this.whole();
    this.#at += head % 2 === 0 ? head / 2 : head - 1;
  }

  /** Whether this very text comes next. Nobody reads on after that. */
  isText(text: string): boolean {
    const { length } = text;
    const head = this.whole();
    const step = head % 2 === 0 ? 1 : 2;
    if (head - (step - 1) !== 2 * length) return false;
    const [bytes, at] = [this.#bytes, this.#at];
    for (let index = 0; index < length; index++) {
      const low = byteAt(bytes, at + step * index);
      const unit = step === 1 ? low : low | (byteAt(bytes, at + step * index + 1) << 8);
      if (unit !== text.charCodeAt(index)) return false;
    }
    return true;
  }
}
