/**
 * The port to the event log. Three adapters keep it: memory (the reference), Postgres (the
 * default) and EventStoreDB. `test/event-store.contract.ts` judges them all by the same cases.
 *
 * Rules of append, the same in every adapter. They are KurrentDB's, less its "any":
 * | expected revision | event ids                           | result                          |
 * |-------------------|-------------------------------------|---------------------------------|
 * | = current         | any                                 | written                         |
 * | < current         | all equal those stored at that place | repeated: the first answer     |
 * | < current         | differ, wholly or in part           | WrongExpectedRevision           |
 * | > current         | any                                 | WrongExpectedRevision           |
 *
 * A time-out is an unknown outcome: retry with the SAME ids and the SAME expected revision.
 */

/**
 * Where an event stands in the whole log: opaque, and sorts as text. Only a store that tells
 * `eventsBetween` has no gaps between them.
 */
export type Position = string;

/** Before the first event of the log. */
export const START: Position = '';

/** The expected revision of a stream that must not exist yet. The first event has revision 0. */
export const NO_STREAM = -1;

export interface NewEvent {
  /**
   * Lower-case UUID, never the zero one; derived from the business key, so that a retry has it too.
   */
  readonly id: string;
  readonly type: string;
  /** Canonical JSON, kept byte for byte. */
  readonly data: string;
  /** Canonical JSON, kept byte for byte. */
  readonly metadata: string;
}

export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
}

/** One stream's part of an append: written whole or not at all. */
export interface StreamAppend {
  readonly stream: string;
  /** The exact revision of the stream's last event, or NO_STREAM. */
  readonly expectedRevision: number;
  readonly events: readonly NewEvent[];
  /** Business keys that its stream takes with it. Only for a store that `claimsKeys`. */
  readonly keys?: readonly string[];
}

export type AppendOutcome =
  | {
      readonly ok: true;
      /** Of the last event of this part. */
      readonly revision: number;
      readonly position: Position;
      /** Of each event of this part, where the store knows them without reading. */
      readonly positions?: readonly Position[];
      /** These events were in the log already. */
      readonly repeated: boolean;
    }
  | {
      readonly ok: false;
      readonly error: WrongExpectedRevision | StoreUnavailable | OutcomeUnknown | AlreadyClaimed;
    };

/** Both lists empty or absent: everything. Both given: an event must match both. */
export interface Filter {
  readonly streamPrefixes?: readonly string[];
  readonly types?: readonly string[];
}

export interface ReadAllOptions {
  /** Exclusive. Default: START. */
  readonly after?: Position;
  readonly filter?: Filter;
  readonly limit?: number;
}

export interface ReadStreamOptions {
  /** Inclusive. Default: the first event, or the last one when reading backwards. */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
}

/**
 * What a subscription yields. A checkpoint says: nothing that matches was passed over up to here.
 * It comes after each page and whenever the end of the log is reached, also while nothing matches.
 */
export type Delivery =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'checkpoint'; readonly position: Position; readonly caughtUp: boolean };

export interface SubscribeOptions {
  readonly after?: Position;
  readonly filter?: Filter;
  /** Ends the subscription: the loop over it finishes without an error. */
  readonly signal?: AbortSignal;
}

export interface EventStore {
  /**
   * Whether the register of keys (`keys.ts`) stands beside the log, so that one commit writes parts
   * and claims their keys. If one of the keys is claimed already, by whomever, none of the parts is
   * written, and their outcome is AlreadyClaimed: whose it is, the register tells.
   */
  readonly claimsKeys?: boolean;
  /**
   * Whether each part is an append of its own, so that nothing is saved by several in one call, and
   * whoever makes one waits for the slowest of them.
   */
  readonly appendsApart?: boolean;
  /**
   * Whether calls are appended in the order in which they are made, so that the next may be made
   * before the last is answered: a part whose stream has one in a call ahead that isn't written is
   * not written either, and its outcome is WrongExpectedRevision.
   */
  readonly appendsInOrder?: boolean;
  /**
   * Appends to several streams in one call; each stream may stand in it once. An outcome for each
   * part, in order. Throws InvalidAppend, before anything is sent, for what no store could take.
   */
  append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]>;
  /**
   * Checks and encodes a part ahead of its append, for a store where that takes time that whoever
   * waits for its turn has. The append must be of the very same events. Throws as `append` does.
   */
  prepare?(part: StreamAppend): void;
  /**
   * Where each event of a part stands that was written just now, the last one there: for a store
   * whose outcomes don't say, and that has a faster way than reading them. Undefined: not now.
   */
  positionsOf?(part: StreamAppend, last: Position): Promise<readonly Position[] | undefined>;
  /** The events of one stream; nothing when it doesn't exist. Pulled: back pressure is real. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  /** The events of the log in commit order, up to its end at the time of the call or later. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /**
   * As `readAll` without a filter, a page at once, where a store has a faster way. Fewer than
   * `limit` only at the end of the log.
   */
  readPage?(after: Position, limit: number): Promise<readonly RecordedEvent[]>;
  /**
   * How many events stand after the one position, up to and with the other, by the positions alone.
   * Where a store has it, whoever reads the log sees from it at once that an event never came.
   */
  eventsBetween?(after: Position, upTo: Position): number;
  /** Follows the log for ever; survives restarts of the store. */
  subscribe(options?: SubscribeOptions): AsyncIterable<Delivery>;
  /** The position of the last event; START when the log is empty. */
  head(): Promise<Position>;
  close(): Promise<void>;
}

/** Another writer was first, or the caller's state is old: load again and decide again. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  readonly stream: string;
  readonly expected: number;
  readonly actual: number;
  constructor(stream: string, expected: number, actual: number) {
    super(`stream ${stream} is at revision ${actual}, not ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Nothing was written: the store could not be reached. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The events may or may not be in the log: retry with the same ids and the same revision. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** A key of the append is some stream's already, maybe its own: nothing was written. */
export class AlreadyClaimed extends Error {
  override readonly name = 'AlreadyClaimed';
}

/** A call that no retry can mend: the caller's defect. */
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';
}

/**
 * The log behind this connection is not the one seen before (a fail-over lost acknowledged events).
 */
export class LogDiverged extends Error {
  override readonly name = 'LogDiverged';
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
/** JSON has no raw control character; that this one is seen to be absent lets a store use it. */
const RAW_CONTROL = '\x1f';

/** Limits that every adapter shares, so that no event is acceptable to one store only. */
export const LIMITS = {
  streamNameChars: 200,
  eventTypeChars: 100,
  appendBytes: 1_000_000,
  partsPerAppend: 1_000,
} as const;

/** Throws InvalidAppend for what no store could take. Every adapter calls it first. */
export function checkAppends(appends: readonly StreamAppend[]): void {
  if (appends.length > LIMITS.partsPerAppend) throw new InvalidAppend('too many parts');
  const streams = new Set<string>();
  for (const part of appends) {
    if (streams.has(part.stream)) throw new InvalidAppend(`stream ${part.stream} stands twice`);
    streams.add(part.stream);
    checkPart(part);
  }
}

function checkPart({ stream, expectedRevision, events }: StreamAppend): void {
  checkStream(stream);
  if (!Number.isSafeInteger(expectedRevision) || expectedRevision < NO_STREAM) {
    throw new InvalidAppend(`expected revision ${expectedRevision} is not exact`);
  }
  if (events.length === 0) throw new InvalidAppend(`nothing to append to ${stream}`);
  let chars = 0;
  // Events of one command mostly share both, as the very same texts.
  let before: NewEvent | undefined;
  for (const event of events) {
    const { id, type, data, metadata } = event;
    if (!UUID.test(id) || id === ZERO_UUID) throw new InvalidAppend(`event id ${id} is no UUID`);
    if (type !== before?.type) checkName('event type', type, LIMITS.eventTypeChars);
    checkJson(id, data);
    if (metadata !== before?.metadata) checkJson(id, metadata);
    before = event;
    chars += data.length + metadata.length;
  }
  // No character takes more than three bytes: only a large part needs to be counted.
  if (3 * chars > LIMITS.appendBytes) checkBytes(stream, events);
}

function checkBytes(stream: string, events: readonly NewEvent[]): void {
  let bytes = 0;
  for (const { data, metadata } of events) {
    bytes += Buffer.byteLength(data) + Buffer.byteLength(metadata);
  }
  if (bytes <= LIMITS.appendBytes) return;
  throw new InvalidAppend(`${bytes} bytes for ${stream}: the limit is ${LIMITS.appendBytes}`);
}

/** Throws InvalidAppend for a name that no stream may have. */
export function checkStream(name: string): void {
  checkName('stream name', name, LIMITS.streamNameChars);
}

function checkName(what: string, name: string, limit: number): void {
  const isForbidden = name.startsWith('$') || hasControls(name) || !name.isWellFormed();
  if (name === '' || name.length > limit || isForbidden) {
    throw new InvalidAppend(`${what} '${name.slice(0, 40)}' is empty, too long or reserved`);
  }
}

function checkJson(id: string, text: string): void {
  if (!text.isWellFormed()) throw new InvalidAppend(`event ${id} holds half a surrogate pair`);
  if (text === '' || text.includes(RAW_CONTROL)) throw new InvalidAppend(`event ${id} is not JSON`);
}

function hasControls(name: string): boolean {
  for (let index = 0; index < name.length; index++) if (name.charCodeAt(index) < 32) return true;
  return false;
}

/** Whether an event passes a filter. */
export function matches(filter: Filter | undefined, event: RecordedEvent): boolean {
  const { streamPrefixes = [], types = [] } = filter ?? {};
  return (
    (streamPrefixes.length === 0 || streamPrefixes.some((p) => event.stream.startsWith(p))) &&
    (types.length === 0 || types.includes(event.type))
  );
}
