import { type Decision, repeat, type Snapshot } from '../../domain/decider.ts';
import { type DomainEvent, encodeData, encodeMetadata } from '../../domain/events.ts';
import { eventIds } from '../../domain/ids.ts';
import type { Rejection } from '../../domain/rejections.ts';
import { InvalidAppend, LIMITS, type NewEvent } from '../../event-store.ts';
import { isoTime } from '../../system.ts';
import { type AnyDecider, neededBy, type Request, type Stream, type Warm } from './request.ts';

/** What one request came to, on a state that the log doesn't have yet. */
export interface Decided {
  readonly request: Request;
  readonly kind: 'accepted' | 'stands' | 'refused';
  readonly rejection: Rejection | null;
  /** What was asked for of the state after its events. */
  readonly view: unknown;
  readonly revision: number;
  /** How many events it wrote. */
  readonly written: number;
  /** The business keys that those take. */
  readonly keys: readonly string[];
}

/** What was decided on one stream: its part of a batch. */
export interface Group {
  readonly stream: Stream;
  readonly warm: Warm;
  readonly expectedRevision: number;
  readonly events: NewEvent[];
  readonly decided: Decided[];
  /** Taken when due, and saved once these events are in the log. */
  snapshot: (Snapshot & { readonly revision: number }) | null;
}

export interface Moment {
  readonly nowMs: number;
  /** The same in ISO 8601. */
  readonly time: string;
}

export const momentOf = (nowMs: number): Moment => ({ nowMs, time: isoTime(nowMs) });

const NO_KEYS: readonly string[] = [];

/** Room for the largest single event beside what is there already. */
const PART_BYTES = LIMITS.appendBytes / 2;

/**
 * Decides what waits for a stream, in order, each on what the one before came to. Stops at `most`,
 * at the size of an append, and before a request whose records aren't in memory. What fails by a
 * defect is rejected and changes nothing.
 */
export function decideGroup(stream: Stream, warm: Warm, moment: Moment, most: number): Group {
  const group: Group = {
    stream,
    warm,
    expectedRevision: warm.revision,
    events: [],
    decided: [],
    snapshot: null,
  };
  let taken = 0;
  let bytes = 0;
  for (const request of stream.waiting) {
    if (taken === most || bytes > PART_BYTES || isMissing(stream, warm, request)) break;
    taken++;
    bytes += decideOne(group, request, moment);
    if (warm.isBroken) break;
  }
  leave(stream.waiting, taken);
  return group;
}

/**
 * In place: a list that another one takes the place of has grown old with its stream, and what
 * stands in it would be held, dead, until all of memory is collected.
 */
function leave(waiting: Request[], count: number): void {
  if (count === waiting.length) waiting.length = 0;
  else waiting.splice(0, count);
}

export function isMissing({ decider }: Stream, warm: Warm, request: Request): boolean {
  const command = neededBy(request);
  if (!decider.archived || command === null) return false;
  return decider.archived.missing(warm.state, command).length > 0;
}

/** The bytes of its events. */
function decideOne(group: Group, request: Request, moment: Moment): number {
  const { warm, decided, events } = group;
  const before = events.length;
  try {
    const decision = decide(group, request, moment);
    if (decision.kind === 'accept') return accept(group, request, decision.events, moment);
    const { revision } = warm;
    const common = { request, revision, written: 0, keys: NO_KEYS };
    if (decision.kind === 'refuse') {
      decided.push({ kind: 'refused', rejection: decision.rejection, view: null, ...common });
    } else {
      decided.push({ kind: 'stands', rejection: null, view: request.view(warm.state), ...common });
    }
  } catch (error) {
    events.length = before;
    request.reject(error);
  }
  return 0;
}

function decide(
  { stream, warm }: Group,
  { kind, command, refusal }: Request,
  { nowMs }: Moment,
): Decision<DomainEvent> {
  if (refusal) return { kind: 'refuse', rejection: refusal };
  if (kind !== 'command') return repeat;
  return stream.decider.decide(command, warm.state, nowMs);
}

function accept(
  { stream, warm, events, decided }: Group,
  request: Request,
  accepted: readonly DomainEvent[],
  { nowMs, time }: Moment,
): number {
  const { name, decider } = stream;
  const { context } = request;
  if (!context) throw new TypeError('a command without a context');
  const before = warm.revision;
  const texts = accepted.map(encodeData);
  const ids = eventIds(name, before + 1, context.commandId, texts);
  let bytes = 0;
  for (const [index, { type }] of accepted.entries()) {
    const [id, data] = [ids[index] as string, texts[index] as string];
    const metadata = encodeMetadata(type, context, time);
    events.push({ id, type, data, metadata });
    // An upper bound: no character takes more than three.
    bytes += 3 * (data.length + metadata.length);
  }
  if (bytes > PART_BYTES) throw new InvalidAppend(`${bytes} bytes of one command`);
  const keys = keysOf(decider, accepted);
  warm.isBroken = true;
  for (const event of accepted) {
    warm.state = decider.evolve(warm.state, event, ++warm.revision, nowMs);
  }
  const view = request.view(warm.state);
  warm.isBroken = false;
  const { revision } = warm;
  const written = revision - before;
  decided.push({ request, kind: 'accepted', rejection: null, view, revision, written, keys });
  return bytes;
}

function keysOf({ claims }: AnyDecider, events: readonly DomainEvent[]): readonly string[] {
  if (!claims) return NO_KEYS;
  const [first] = events;
  if (first && events.length === 1) return claims.keysOf(first);
  const keys: string[] = [];
  for (const event of events) keys.push(...claims.keysOf(event));
  return keys;
}
