import {
  type AlreadyClaimed,
  type AppendOutcome,
  OutcomeUnknown,
  StoreUnavailable,
} from '../../../event-store.ts';

export type Outcomes = (AppendOutcome | undefined)[];

export interface Attempt {
  /** As last judged; undefined for a part that is still to be written. */
  outcomes: Outcomes;
  /** The parts, by index, of writes that were sent and got no answer. */
  readonly unanswered: Set<number>;
}

export function isSettled(outcomes: Outcomes): outcomes is AppendOutcome[] {
  return !outcomes.includes(undefined);
}

export function refuse(attempt: Attempt, error: AlreadyClaimed): void {
  attempt.outcomes = attempt.outcomes.map((outcome) => outcome ?? { ok: false, error });
}

export function doubt({ outcomes, unanswered }: Attempt): void {
  outcomes.forEach((outcome, part) => {
    if (!outcome) unanswered.add(part);
  });
}

/** What this very call sent, and now finds: its caller asked once, so it is no repeat. */
export function asFirst(outcome: AppendOutcome | undefined): AppendOutcome | undefined {
  return outcome?.ok ? { ...outcome, repeated: false } : outcome;
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
