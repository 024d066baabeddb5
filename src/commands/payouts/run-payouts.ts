import type { System } from '../../system.ts';
import type { PayoutWorker } from './payout-worker.ts';

export interface PayoutHealth {
  /** Null when the last round went well. */
  readonly error: string | null;
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
  let health: PayoutHealth = { error: null };
  const run = async () => {
    while (!signal.aborted) {
      try {
        await worker.advance();
        health = { error: null };
      } catch (error) {
        health = { error: String(error) };
        onError(error);
      }
      await system.sleep(pollMs, signal);
    }
  };
  return { health: () => health, ended: run() };
}
