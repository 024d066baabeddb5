import shared from '@eventstore/db-client/generated/shared_pb.js';
import {
  InvalidAppend,
  type NewEvent,
  NO_STREAM,
  type StreamAppend,
} from '../../../event-store.ts';

/** The server's default MaxAppendSize, in its own way of counting. */
const SERVER_APPEND_BYTES = 1_048_576;

/** Tags of the messages in `streams.proto`: the number of a field, and that a length follows. */
const TAG = {
  ...{ correlationId: 0x0a, options: 0x12, proposed: 0x1a, isFinal: 0x20 },
  ...{ streamIdentifier: 0x0a, streamPosition: 0x10, noStream: 0x1a },
  ...{ id: 0x0a, facts: 0x12, metadata: 0x1a, data: 0x22 },
  ...{ uuidText: 0x12, streamName: 0x1a, key: 0x0a, value: 0x12 },
} as const;

const UUID_CHARS = 36;
/** A UUID in a field: its tag, its length, and a text with both of its own. */
const UUID_BYTES = 2 + 2 + UUID_CHARS;
const TYPE_KEY = Buffer.from([TAG.key, 4, ...Buffer.from('type')]);
const JSON_FACT = Buffer.from([
  ...[TAG.facts, 32, TAG.key, 12, ...Buffer.from('content-type')],
  ...[TAG.value, 16, ...Buffer.from('application/json')],
]);

/** Events as the server takes them, and how large it says they are. */
export interface Proposed {
  readonly bytes: Buffer;
  readonly size: number;
}

/**
 * Written by hand: the generated classes cost ten microseconds an event, and most of what they make
 * is thrown away. Throws InvalidAppend for what would pass the port's limits and not the server's.
 */
export function propose({ stream, events }: StreamAppend): Proposed {
  let size = 0;
  let length = 0;
  const lengths = events.map((event) => {
    const of = lengthsOf(event);
    size += of.data + of.metadata + 2 * event.type.length;
    length += 1 + varintBytes(of.message) + of.message;
    return of;
  });
  if (size > SERVER_APPEND_BYTES) {
    const limit = `the server takes ${SERVER_APPEND_BYTES}`;
    throw new InvalidAppend(`${size} bytes for ${stream}, types counted twice: ${limit}`);
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  events.forEach((event, index) => {
    at = writeEvent(bytes, at, event, lengths[index] as Lengths);
  });
  return at === length ? { bytes, size } : miscounted();
}

/**
 * One part as one message, its bytes as they are. There is no deadline in it: the server would read
 * it by its own clock, and one that goes ten seconds ahead of ours would refuse every append.
 */
export function batchRequest(
  correlationId: string,
  { stream, expectedRevision }: StreamAppend,
  { bytes }: Proposed,
): Buffer {
  const name = Buffer.byteLength(stream);
  const isNew = expectedRevision === NO_STREAM;
  const expected = 1 + (isNew ? 1 : varintBytes(expectedRevision));
  const options = fieldBytes(fieldBytes(name)) + expected;
  const request = Buffer.allocUnsafe(UUID_BYTES + fieldBytes(options) + bytes.length + 2);
  let at = writeUuid(request, 0, TAG.correlationId, correlationId);
  at = writeHead(request, at, TAG.options, options);
  at = writeHead(request, at, TAG.streamIdentifier, fieldBytes(name));
  at = writeHead(request, at, TAG.streamName, name);
  at += request.write(stream, at);
  at = writeHead(
    request,
    at,
    isNew ? TAG.noStream : TAG.streamPosition,
    isNew ? 0 : expectedRevision,
  );
  at += bytes.copy(request, at);
  return writeHead(request, at, TAG.isFinal, 1) === request.length ? request : miscounted();
}

export function streamIdentifier(stream: string) {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
}

/** In bytes. */
interface Lengths {
  readonly type: number;
  readonly data: number;
  readonly metadata: number;
  /** Of the entry that tells the type. */
  readonly fact: number;
  readonly message: number;
}

function lengthsOf(event: NewEvent): Lengths {
  const type = Buffer.byteLength(event.type);
  const data = Buffer.byteLength(event.data);
  const metadata = Buffer.byteLength(event.metadata);
  const fact = TYPE_KEY.length + fieldBytes(type);
  const texts = fieldBytes(metadata) + fieldBytes(data);
  const message = UUID_BYTES + fieldBytes(fact) + JSON_FACT.length + texts;
  return { type, data, metadata, fact, message };
}

function writeEvent(bytes: Buffer, start: number, event: NewEvent, of: Lengths): number {
  let at = writeHead(bytes, start, TAG.proposed, of.message);
  at = writeUuid(bytes, at, TAG.id, event.id);
  at = writeHead(bytes, at, TAG.facts, of.fact);
  at += TYPE_KEY.copy(bytes, at);
  at = writeHead(bytes, at, TAG.value, of.type);
  at += bytes.write(event.type, at);
  at += JSON_FACT.copy(bytes, at);
  at = writeHead(bytes, at, TAG.metadata, of.metadata);
  at += bytes.write(event.metadata, at);
  at = writeHead(bytes, at, TAG.data, of.data);
  return at + bytes.write(event.data, at);
}

function writeUuid(bytes: Buffer, start: number, tag: number, id: string): number {
  const at = writeHead(
    bytes,
    writeHead(bytes, start, tag, UUID_BYTES - 2),
    TAG.uuidText,
    id.length,
  );
  return at + bytes.write(id, at, 'latin1');
}

/** A tag, and a length or a revision, seven bits a byte. By division: revisions outgrow shifts. */
function writeHead(bytes: Buffer, start: number, tag: number, value: number): number {
  let at = start;
  bytes[at++] = tag;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128;
  bytes[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

const fieldBytes = (length: number): number => 1 + varintBytes(length) + length;

function miscounted(): never {
  throw new Error('a message is not as long as was counted');
}
