import { WrongChain } from '../../chain.ts';
import type { System } from '../../system.ts';
import { FinalityBroken, type Scanner } from './scanner.ts';

export interface ScannerHealth {
  readonly chain: string;
  readonly caughtUp: boolean;
  /** Null when the last step went well. */
  readonly error: string | null;
}

export interface ScannerRun {
  health(): ScannerHealth;
  /** Resolves when the signal ended it and the step at hand is done. */
  readonly ended: Promise<void>;
}

export interface ScannerShell {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly pollMs: number;
  readonly onError: (chain: string, error: unknown) => void;
}

const BLOCKS_PER_STEP = 50;
const LONGEST_RETRY_MS = 10_000;

/** Steps until the signal; backs off while the node can't be asked. */
export function runScanner(scanner: Scanner, shell: ScannerShell): ScannerRun {
  const { system, signal, pollMs, onError } = shell;
  const { chain } = scanner;
  let health: ScannerHealth = { chain, caughtUp: false, error: null };
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const caughtUp = await scanner.advance(BLOCKS_PER_STEP);
        health = { chain, caughtUp, error: null };
        failures = 0;
        if (caughtUp) await system.sleep(pollMs, signal);
      } catch (error) {
        health = { chain, caughtUp: false, error: String(error) };
        onError(chain, error);
        // Nothing more is safe to say about this chain until a person has looked.
        if (error instanceof FinalityBroken || error instanceof WrongChain) return;
        const wait = Math.min(pollMs * 2 ** failures++, LONGEST_RETRY_MS);
        await system.sleep(wait * (0.5 + system.random()), signal);
      }
    }
  };
  return { health: () => health, ended: run() };
}
