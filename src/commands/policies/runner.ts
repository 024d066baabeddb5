import type { Checkpoints } from '../../bookkeeping.ts';
import type { EventStore, Filter, Position, RecordedEvent } from '../../event-store.ts';
import { START } from '../../event-store.ts';
import type { System } from '../../system.ts';

/**
 * "Whenever this happened, do that." `handle` may run twice for one event (after a crash), so all
 * that it does has deterministic ids. It throws what may pass later; it never passes an event over.
 */
export interface Policy {
  readonly name: string;
  readonly filter: Filter;
  handle(recorded: RecordedEvent): Promise<void>;
}

export interface PolicyHealth {
  readonly name: string;
  readonly position: Position;
  readonly caughtUp: boolean;
  /** Why the event at hand can't be done yet; null when all is well. */
  readonly error: string | null;
}

export interface PolicyRun {
  health(): PolicyHealth;
  /** Resolves when the signal ended it and the event at hand is done. */
  readonly ended: Promise<void>;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;
/** Most of the log is no business of a policy: after a crash it reads this much of that again. */
const NOTED_EVERY_MS = 1_000;

export interface PolicyShell {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly system: System;
  readonly signal: AbortSignal;
  readonly onError: (policy: string, error: unknown) => void;
}

/** Follows the log from the policy's checkpoint until the signal. */
export function runPolicy(policy: Policy, shell: PolicyShell): PolicyRun {
  const { store, checkpoints, system, signal } = shell;
  const checkpoint = `policy ${policy.name}`;
  let health: PolicyHealth = { name: policy.name, position: START, caughtUp: false, error: null };
  const follow = async () => {
    const after = await checkpoints.load(checkpoint);
    health = { ...health, position: after };
    let [hasDone, notedAtMs] = [false, system.now()];
    for await (const delivery of store.subscribe({ after, filter: policy.filter, signal })) {
      if (signal.aborted) return;
      if (delivery.kind === 'event') {
        const done = await insist(policy, delivery.event, shell, (error) => {
          health = { ...health, error };
        });
        if (!done) return;
        hasDone = true;
      } else if (delivery.position !== health.position || delivery.caughtUp !== health.caughtUp) {
        const { position, caughtUp } = delivery;
        const isDue = hasDone || system.now() - notedAtMs >= NOTED_EVERY_MS;
        if (position !== health.position && isDue) {
          await checkpoints.save(checkpoint, position);
          [hasDone, notedAtMs] = [false, system.now()];
        }
        health = { ...health, position, caughtUp };
      }
    }
  };
  return { health: () => health, ended: again(policy.name, follow, shell) };
}

/** Until it is done or the signal comes: an event that can't be done holds up those after it. */
async function insist(
  policy: Policy,
  event: RecordedEvent,
  { system, signal, onError }: PolicyShell,
  report: (error: string | null) => void,
): Promise<boolean> {
  for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
    try {
      await policy.handle(event);
      report(null);
      return true;
    } catch (error) {
      report(`${event.type} at ${event.position}: ${error}`);
      onError(policy.name, error);
      await system.sleep(delay * (0.5 + system.random()), signal);
      if (signal.aborted) return false;
    }
  }
}

async function again(
  name: string,
  follow: () => Promise<void>,
  { system, signal, onError }: PolicyShell,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow();
    } catch (error) {
      onError(name, error);
    }
    if (!signal.aborted) await system.sleep(FIRST_RETRY_MS, signal);
  }
}
