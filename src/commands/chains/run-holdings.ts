import { WrongChain } from '../../chain.ts';
import type { Holdings } from './holdings.ts';
import type { ScannerShell } from './run-scanner.ts';

export interface HoldingsHealth {
  readonly chain: string;
  /** Null when the last look went well. */
  readonly error: string | null;
}

export interface HoldingsRun {
  health(): HoldingsHealth;
  /** Resolves when the signal ended it and the look at hand is done. */
  readonly ended: Promise<void>;
}

/** Addresses in turn at each look, beside those that were paid. */
const OTHERS = 50;
/** Final blocks are rarer than blocks. */
const POLLS = 3;
const LONGEST_RETRY_MS = 60_000;

/** Looks until the signal. It is on its own, so that a node without old states stops no deposit. */
export function runHoldings(holdings: Holdings, shell: ScannerShell): HoldingsRun {
  const { system, signal, onError } = shell;
  const { chain } = holdings;
  const pollMs = shell.pollMs * POLLS;
  let health: HoldingsHealth = { chain, error: null };
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await holdings.look(OTHERS);
        health = { chain, error: null };
        failures = 0;
        await system.sleep(pollMs, signal);
      } catch (error) {
        health = { chain, error: String(error) };
        onError(chain, error);
        if (error instanceof WrongChain) return;
        const wait = Math.min(pollMs * 2 ** failures++, LONGEST_RETRY_MS);
        await system.sleep(wait * (0.5 + system.random()), signal);
      }
    }
  };
  return { health: () => health, ended: run() };
}
