import type { Position } from '../../../event-store.ts';
import { formatPosition } from './positions.ts';

/** An append that is in the log, and which it was. */
export interface Success {
  readonly id: string;
  readonly revision: number;
  readonly position: Position;
}

/** Tags in `streams.proto` and `shared.proto`. */
const TAG = {
  ...{ correlationId: 0x0a, success: 0x1a, text: 0x12 },
  ...{ revision: 0x08, position: 0x1a, commit: 0x08, prepare: 0x10 },
} as const;

/**
 * Nearly every answer, read by hand: the generated classes take a tenth of what an append costs.
 * Undefined for whatever is not exactly of this form: that is theirs to read.
 */
export function successOf(bytes: Buffer): Success | undefined {
  const reader = new Reader(bytes);
  if (!reader.has(TAG.correlationId) || reader.number() !== 38 || !reader.has(TAG.text)) return;
  const id = reader.text(reader.number());
  if (!reader.has(TAG.success)) return;
  const end = reader.number() + reader.at;
  if (!reader.has(TAG.revision)) return;
  const revision = reader.number();
  if (!reader.has(TAG.position)) return;
  reader.number();
  if (!reader.has(TAG.commit)) return;
  const commit = reader.number();
  if (!reader.has(TAG.prepare)) return;
  const prepare = reader.number();
  if (reader.at !== end || !Number.isSafeInteger(commit + prepare + revision)) return;
  return { id, revision, position: formatPosition({ commit: `${commit}`, prepare: `${prepare}` }) };
}

class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  has(tag: number): boolean {
    return this.#bytes[this.at++] === tag;
  }

  /** NaN where it doesn't end: equal to nothing. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.at++] ?? Number.NaN;
      if (!(byte >= 128)) return value + byte * factor;
      value += (byte - 128) * factor;
    }
  }

  text(length: number): string {
    const start = this.at;
    this.at += length;
    return this.#bytes.toString('latin1', start, this.at);
  }
}
