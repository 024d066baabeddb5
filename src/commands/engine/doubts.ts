import {
  type AppendOutcome,
  type EventStore,
  OutcomeUnknown,
  StoreUnavailable,
  type StreamAppend,
} from '../../event-store.ts';
import type { System } from '../../system.ts';

const UNKNOWN_RETRIES = 6;
const FIRST_PAUSE_MS = 50;

/** The same ids and the same revisions until every outcome is known, or as long as it pays. */
export async function appendUntilKnown(
  store: EventStore,
  system: System,
  parts: readonly StreamAppend[],
): Promise<AppendOutcome[]> {
  if (parts.length === 0) return [];
  let outcomes = await store.append(parts);
  if (!outcomes.some(isUnknown)) return outcomes;
  const doubted = new Set<number>();
  for (let attempt = 0; attempt < UNKNOWN_RETRIES; attempt++) {
    outcomes.forEach((outcome, index) => {
      if (isUnknown(outcome)) doubted.add(index);
    });
    const open = parts.flatMap((part, index) =>
      isOpen(outcomes[index], doubted.has(index)) ? [{ part, index }] : [],
    );
    if (open.length === 0) break;
    await system.sleep(2 ** attempt * FIRST_PAUSE_MS * (0.5 + system.random()));
    const again = await store.append(open.map(({ part }) => part));
    outcomes = outcomes.slice();
    open.forEach(({ index }, place) => {
      const outcome = again[place];
      if (outcome) outcomes[index] = outcome;
    });
  }
  return outcomes.map((outcome, index) => settled(outcome, doubted.has(index)));
}

const isUnknown = (outcome: AppendOutcome) =>
  !outcome.ok && outcome.error instanceof OutcomeUnknown;

/** Whether to send it again: an outcome in doubt, until a later try tells. */
function isOpen(outcome: AppendOutcome | undefined, isDoubted: boolean): boolean {
  if (!outcome || outcome.ok) return false;
  return isUnknown(outcome) || (isDoubted && outcome.error instanceof StoreUnavailable);
}

/** After a doubt, what is found is our own first try, and what can't be reached stays in doubt. */
function settled(outcome: AppendOutcome, isDoubted: boolean): AppendOutcome {
  if (!isDoubted) return outcome;
  if (outcome.ok) return { ...outcome, repeated: false };
  const { error: cause } = outcome;
  if (!(cause instanceof StoreUnavailable)) return outcome;
  return { ok: false, error: new OutcomeUnknown('the append may be in the log', { cause }) };
}
