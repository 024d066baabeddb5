import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { WorkerPart } from '../../src/workers.ts';
import type { HouseOnChain } from './house-on-chain.ts';

export interface HouseProcess {
  readonly child: ChildProcess;
  /** The signal that ended it; null when it ended by itself. */
  readonly exited: Promise<NodeJS.Signals | null>;
  kill(): Promise<void>;
}

export interface HouseProcessOptions {
  /** See payout-process.ts. Default: it lives. */
  readonly killAt?: string;
}

/** A house in a process of its own, on the same database and node. */
export function startHouseProcess(
  place: HouseOnChain,
  parts: readonly WorkerPart[],
  { killAt = '' }: HouseProcessOptions = {},
): HouseProcess {
  const file = join(inject('compiled'), 'test', 'chains', 'payout-process.js');
  const child = fork(file, [], {
    // Not what runs the tests: a plain Node.
    execArgv: [],
    env: {
      ...process.env,
      ...{ DATABASE_URL: place.databaseUrl, CHAIN_URL: place.chainUrl, CHAIN: place.node.chain },
      ...{ TOKEN: place.token, HOT_WALLET_KEY: place.hotWalletKey },
      ...{ PARTS: parts.join(','), KILL_AT: killAt },
    },
  });
  const exited = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  return {
    child,
    exited,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
