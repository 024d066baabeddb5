import type { NewEvent, Position, StreamAppend } from '../../../event-store.ts';
import type { Connection, Link } from './link.ts';
import { formatPosition, parsePosition } from './positions.ts';
import type { LogReader } from './reading.ts';

/** Of a record in the server's log beside its texts: lengths, version, ids, numbers and time. */
const RECORD_BYTES = 88;

/**
 * Tells where each event of a part stands from where the last one does, which is all that the
 * server says: it writes a part in one piece, each record as long as its texts and a little more.
 * That this is so is seen first, on a part that is read back, and again after each reconnection,
 * because the server behind it may have become another one. Where it isn't, all are read back.
 */
export class Placer {
  readonly #link: Pick<Link, 'current'>;
  readonly #reader: LogReader;
  #proven: Connection | undefined;

  /** The link is that of the appends. */
  constructor(link: Pick<Link, 'current'>, reader: LogReader) {
    this.#link = link;
    this.#reader = reader;
  }

  /** Of a part that was written a moment ago, on the connection that the link has now. */
  async places(part: StreamAppend, last: Position): Promise<readonly Position[] | undefined> {
    const connection = this.#link.current;
    const told = placesBefore(last, part);
    if (told.length > 0 && connection && connection === this.#proven) return told;
    const { stream, expectedRevision, events } = part;
    const read: Position[] = [];
    const range = { from: expectedRevision + 1, limit: events.length };
    for await (const { position } of this.#reader.stream(stream, range)) read.push(position);
    if (read.length !== events.length) return undefined;
    if (read.length > 1 && read.every((position, index) => position === told[index])) {
      this.#proven = connection;
    }
    return read;
  }
}

/** Nothing where it can't be told. */
export function placesBefore(last: Position, { stream, events }: StreamAppend): Position[] {
  const { commit, prepare } = parsePosition(last) ?? { commit: '0', prepare: '1' };
  let place = Number(commit);
  // Of another form, or beyond what a number holds.
  if (commit !== prepare || !Number.isSafeInteger(place)) return [];
  const streamBytes = textBytes(stream);
  const places: Position[] = [last];
  for (let index = events.length - 2; index >= 0; index--) {
    place -= RECORD_BYTES + streamBytes + eventBytes(events[index] as NewEvent);
    if (place < 0) return [];
    const text = String(place);
    places.push(formatPosition({ commit: text, prepare: text }));
  }
  return places.reverse();
}

function eventBytes({ type, data, metadata }: NewEvent): number {
  return textBytes(type) + Buffer.byteLength(data) + Buffer.byteLength(metadata);
}

/** Its length stands before it, seven bits a byte. */
function textBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes + (bytes < 2 ** 7 ? 1 : bytes < 2 ** 14 ? 2 : 3);
}
