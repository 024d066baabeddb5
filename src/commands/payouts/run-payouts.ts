import type { System } from '../../system.ts';
import type { PayoutWorker } from './payout-worker.ts';
import type { StuckPayout } from './stuck-payouts.ts';

export interface PayoutHealth {
  /** Null when the last round went well. */
  readonly error: string | null;
  /** Approved withdrawals that don't go on, and why: a person may have to act. */
  readonly stuck: readonly StuckPayout[];
}

export interface PayoutRun {
  health(): PayoutHealth;
  /** Resolves when the signal ended it and the round at hand is done. */
  readonly ended: Promise<void>;
}

export interface PayoutShell {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Rounds of the worker until the signal. */
export function runPayouts(worker: PayoutWorker, shell: PayoutShell): PayoutRun {
  const { system, signal, pollMs, onError } = shell;
  let error: string | null = null;
  const run = async () => {
    while (!signal.aborted) {
      try {
        await worker.advance();
        error = null;
      } catch (thrown) {
        const isNew = error !== String(thrown);
        error = String(thrown);
        if (isNew) onError(thrown);
      }
      await system.sleep(pollMs, signal);
    }
  };
  return { health: () => ({ error, stuck: worker.stuck() }), ended: run() };
}
