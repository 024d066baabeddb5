import type { Decision, Snapshot } from '../../domain/decider.ts';
import { type DomainEvent, encodeEvent } from '../../domain/events.ts';
import { eventId } from '../../domain/ids.ts';
import type { Rejection } from '../../domain/rejections.ts';
import { InvalidAppend, LIMITS, type NewEvent } from '../../event-store.ts';
import { isoTime } from '../../system.ts';
import { type CommandContext, neededBy, type Request, type Stream, type Warm } from './request.ts';

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
  stream.waiting = taken === stream.waiting.length ? [] : stream.waiting.slice(taken);
  return group;
}

export function isMissing({ decider }: Stream, warm: Warm, request: Request): boolean {
  const command = neededBy(request);
  if (!decider.archived || command === null) return false;
  return decider.archived.missing(warm.state, command).length > 0;
}

/** The bytes of its events. */
function decideOne(group: Group, request: Request, moment: Moment): number {
  const { stream, warm, events, decided } = group;
  const { decider } = stream;
  const before = warm.revision;
  const settle = (kind: Decided['kind'], rejection: Rejection | null = null) => {
    const { state, revision } = warm;
    const view = kind === 'refused' ? null : request.view(state);
    decided.push({ request, kind, rejection, view, revision, written: revision - before });
  };
  try {
    const decision = decide(group, request, moment);
    if (decision.kind === 'refuse') settle('refused', decision.rejection);
    if (decision.kind !== 'accept') {
      if (decision.kind === 'repeat') settle('stands');
      return 0;
    }
    const encoded = encode(group, request.context, decision.events, moment);
    const bytes = encoded.reduce((sum, event) => sum + sizeOf(event), 0);
    if (bytes > PART_BYTES) throw new InvalidAppend(`${bytes} bytes of one command`);
    warm.isBroken = true;
    for (const event of decision.events) {
      warm.state = decider.evolve(warm.state, event, ++warm.revision, moment.nowMs);
    }
    warm.isBroken = false;
    events.push(...encoded);
    settle('accepted');
    return bytes;
  } catch (error) {
    request.reject(error);
    return 0;
  }
}

function decide(
  { stream, warm }: Group,
  { kind, command, refusal }: Request,
  { nowMs }: Moment,
): Decision<DomainEvent> {
  if (refusal) return { kind: 'refuse', rejection: refusal };
  if (kind !== 'command') return { kind: 'repeat' };
  return stream.decider.decide(command, warm.state, nowMs);
}

function encode(
  { stream, warm }: Group,
  context: CommandContext | null,
  events: readonly DomainEvent[],
  { time }: Moment,
): NewEvent[] {
  if (!context) throw new TypeError('a command without a context');
  return events.map((event, index) => {
    const encoded = encodeEvent(event, { time, ...context });
    const revision = warm.revision + 1 + index;
    const id = eventId(stream.name, revision, context.commandId, encoded.data);
    return { id, type: encoded.type, data: encoded.data, metadata: encoded.metadata };
  });
}

/** An upper bound of its bytes: no character takes more than three. */
const sizeOf = ({ data, metadata }: NewEvent) => 3 * (data.length + metadata.length);
