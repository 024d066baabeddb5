import type pg from 'pg';
import {
  type AlreadyClaimed,
  type AppendOutcome,
  OutcomeUnknown,
  type Position,
  START,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../../event-store.ts';
import { formatPosition } from '../positions.ts';
import type { Prepared } from './writing.ts';

export type Outcomes = (AppendOutcome | undefined)[];

/** A call to append, until all of its parts have their outcomes. */
export interface Attempt {
  readonly prepared: Prepared;
  /** As last judged; undefined for a part that is still to be written. */
  outcomes: Outcomes;
  /** The parts, by index, of writes that were sent and got no answer. */
  readonly unanswered: Set<number>;
  /** The calls that had no outcome yet when this one was made. */
  ahead: readonly Attempt[];
  /** That it was last asked on. */
  client: pg.PoolClient | undefined;
  /** Its write is under way, and not known to have failed. */
  isSent: boolean;
  /** That write, where it was sent before the turn of its call. */
  early: Promise<void> | undefined;
}

export function begin(prepared: Prepared, ahead: readonly Attempt[]): Attempt {
  return {
    prepared,
    outcomes: prepared.parts.map(() => undefined),
    unanswered: new Set(),
    ahead,
    client: undefined,
    isSent: false,
    early: undefined,
  };
}

export function isSettled(outcomes: Outcomes): outcomes is AppendOutcome[] {
  return !outcomes.includes(undefined);
}

/** All of it is written, or will be if what is under way is. */
export function isHopeful({ isSent, outcomes }: Attempt): boolean {
  return isSent && outcomes.every((outcome) => outcome?.ok !== false);
}

/** The outcomes as the log has them, seen from this call. */
export function judged(attempt: Attempt, outcomes: Outcomes): Outcomes {
  const { unanswered, prepared } = attempt;
  const missing = missingAhead(attempt);
  return outcomes.map((outcome, part) => {
    if (unanswered.has(part)) return asFirst(outcome) ?? refusal(prepared, part, missing);
    return outcome ?? refusal(prepared, part, missing);
  });
}

/** What has no outcome yet is written, event by event after that position. */
export function fill({ prepared, outcomes }: Attempt, after: number): void {
  let position = after;
  for (const [index, { expectedRevision, events }] of prepared.parts.entries()) {
    if (outcomes[index]) continue;
    const positions: Position[] = [];
    for (const _ of events) positions.push(formatPosition(++position));
    const revision = expectedRevision + events.length;
    const last = positions.at(-1) ?? START;
    outcomes[index] = { ok: true, revision, position: last, positions, repeated: false };
  }
}

export function refuse(attempt: Attempt, error: AlreadyClaimed): void {
  attempt.outcomes = attempt.outcomes.map((outcome) => outcome ?? { ok: false, error });
}

export function doubt({ outcomes, unanswered }: Attempt): void {
  outcomes.forEach((outcome, part) => {
    if (!outcome) unanswered.add(part);
  });
}

/** What was answered stays answered; the rest was not written, or may have been. */
export function settle({ outcomes, unanswered }: Attempt, cause: unknown): AppendOutcome[] {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error =
    unanswered.size > 0
      ? new OutcomeUnknown(`the append may be in the log: ${reason}`, { cause })
      : new StoreUnavailable(`nothing was appended: ${reason}`, { cause });
  return outcomes.map((outcome) => outcome ?? { ok: false, error });
}

/** What this very call sent, and now finds: its caller asked once, so it is no repeat. */
function asFirst(outcome: AppendOutcome | undefined): AppendOutcome | undefined {
  return outcome?.ok ? { ...outcome, repeated: false } : outcome;
}

/** Streams of which a part ahead was not written, with the revision that it followed on. */
function missingAhead({ ahead }: Attempt): ReadonlyMap<string, number> | undefined {
  let missing: Map<string, number> | undefined;
  for (const { prepared, outcomes } of ahead) {
    for (const [part, { stream, expectedRevision }] of prepared.parts.entries()) {
      if (outcomes[part]?.ok) continue;
      missing ??= new Map();
      if (!missing.has(stream)) missing.set(stream, expectedRevision);
    }
  }
  return missing;
}

/** Its revision alone wouldn't tell that what stands before it is somebody else's. */
function refusal(
  { parts }: Prepared,
  index: number,
  missing: ReadonlyMap<string, number> | undefined,
): AppendOutcome | undefined {
  const part = parts[index];
  const revision = part && missing?.get(part.stream);
  if (part === undefined || revision === undefined) return undefined;
  const { stream, expectedRevision } = part;
  return { ok: false, error: new WrongExpectedRevision(stream, expectedRevision, revision) };
}
