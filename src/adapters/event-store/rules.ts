import {
  type AppendOutcome,
  type Position,
  type StreamAppend,
  WrongExpectedRevision,
} from '../../event-store.ts';

/** What the store holds of a stream, as far as the rules of append need it. */
export interface StoredStream {
  /** The revision of the last event, or NO_STREAM. */
  readonly current: number;
  /** The ids at the places that the part would take: fewer than its events, or none. */
  readonly ids: readonly string[];
  /** The position of the last of those places, when an event stands there. */
  readonly lastPosition: Position | undefined;
}

/** The port's table of rules: undefined says that the part is to be written. */
export function judge(part: StreamAppend, stored: StoredStream): AppendOutcome | undefined {
  const { stream, expectedRevision, events } = part;
  const { current, ids, lastPosition } = stored;
  if (expectedRevision === current) return undefined;
  const isRepeat =
    lastPosition !== undefined &&
    ids.length === events.length &&
    events.every((event, index) => event.id === ids[index]);
  if (isRepeat) {
    const revision = expectedRevision + events.length;
    return { ok: true, revision, position: lastPosition, repeated: true };
  }
  return { ok: false, error: new WrongExpectedRevision(stream, expectedRevision, current) };
}
