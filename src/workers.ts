import type { Pool } from 'pg';
import type { Checkpoints, ScannedBlocks } from './bookkeeping.ts';
import { Holdings } from './commands/chains/holdings.ts';
import { type HoldingsRun, runHoldings } from './commands/chains/run-holdings.ts';
import { runScanner, type ScannerRun } from './commands/chains/run-scanner.ts';
import { Scanner } from './commands/chains/scanner.ts';
import type { House, HouseChain } from './commands/house.ts';
import { type PayoutWallet, PayoutWorker } from './commands/payouts/payout-worker.ts';
import { type PayoutRun, runPayouts } from './commands/payouts/run-payouts.ts';
import { bookDeposits } from './commands/policies/book-deposits.ts';
import { endWithdrawals } from './commands/policies/end-withdrawals.ts';
import { heedExclusions } from './commands/policies/heed-exclusions.ts';
import { openWithdrawals } from './commands/policies/open-withdrawal.ts';
import { type PolicyRun, runPolicy } from './commands/policies/runner.ts';
import { PROJECTIONS } from './projections/all.ts';
import { type Checks, startChecks } from './projections/checks.ts';
import {
  type ProjectionHealth,
  type ProjectionRun,
  startProjections,
} from './projections/runner.ts';
import type { ReadModelStatus } from './projections/status.ts';

/** What a process can run beside, or instead of, the API. */
export type WorkerPart = 'projections' | 'policies' | 'scanner' | 'payouts';

export interface WorkerSetup {
  readonly house: House;
  readonly parts: ReadonlySet<WorkerPart>;
  readonly pool: Pool;
  readonly checkpoints: Checkpoints;
  readonly scans: readonly {
    readonly chain: HouseChain;
    readonly blocks: ScannedBlocks;
    readonly startHeight: number;
  }[];
  readonly wallets: readonly PayoutWallet[];
  readonly pollMs: number;
  /** How old the last comparison of a read model with a rebuild may become; 0: never compared. */
  readonly checkEveryMs: number;
  readonly onError: (part: string, error: unknown) => void;
}

export interface PartHealth {
  readonly name: string;
  readonly ready: boolean;
  /** Position or error, for people. */
  readonly detail: string;
}

export interface Workers {
  /** Of the read models that this process keeps up to date, or stands by for. */
  projections(): readonly ProjectionHealth[];
  /** `statuses`: what the tables say of read models now, where they could be asked. */
  health(statuses?: readonly ReadModelStatus[]): readonly PartHealth[];
  /** Ends every loop after the step at hand. */
  stop(): Promise<void>;
}

/** Starts the loops that follow the log and the chains. */
export function startWorkers(setup: WorkerSetup): Workers {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { house, parts, pollMs, onError } = setup;
  const { store, system } = house;
  const shell = { store, system, signal, onError };
  const has = (part: WorkerPart) => parts.has(part);

  const projections = has('projections')
    ? startProjections(PROJECTIONS, { ...shell, pool: setup.pool })
    : [];
  const checks =
    has('projections') && setup.checkEveryMs > 0
      ? [startChecks(PROJECTIONS, { ...shell, pool: setup.pool, everyMs: setup.checkEveryMs })]
      : [];
  const policies = has('policies')
    ? [
        bookDeposits(house),
        openWithdrawals(house),
        endWithdrawals(house),
        heedExclusions(house),
      ].map((policy) => runPolicy(policy, { ...shell, checkpoints: setup.checkpoints }))
    : [];
  const scanners = has('scanner')
    ? setup.scans.map(({ chain, blocks, startHeight }) =>
        runScanner(new Scanner(house, chain, blocks, { startHeight }), { ...shell, pollMs }),
      )
    : [];
  const holdings = has('scanner')
    ? setup.scans.map(({ chain }) => runHoldings(new Holdings(house, chain), { ...shell, pollMs }))
    : [];
  const payouts = has('payouts')
    ? setup.wallets.map((wallet) => {
        const worker = new PayoutWorker(house, wallet, (withdrawal, reason) =>
          onError(`payout ${withdrawal}`, reason),
        );
        const failed = (error: unknown) => onError(`payouts ${wallet.rail.chain}`, error);
        return { wallet, run: runPayouts(worker, { system, signal, pollMs, onError: failed }) };
      })
    : [];

  return {
    projections: () => projections.map((run) => run.health()),
    health: (statuses = []) => [
      ...projections.map((run) => projectionHealth(run, statuses)),
      ...checks.map(checksHealth),
      ...policies.map(policyHealth),
      ...scanners.map(scannerHealth),
      ...holdings.map(holdingsHealth),
      ...payouts.map(({ wallet, run }) => payoutHealth(wallet.rail.chain, run)),
    ],
    async stop() {
      stopping.abort();
      const loops = [...projections, ...checks, ...policies, ...scanners, ...holdings];
      const runs = [...loops, ...payouts.map(({ run }) => run)];
      await Promise.all(runs.map(({ ended }) => ended));
    },
  };
}

function projectionHealth(run: ProjectionRun, statuses: readonly ReadModelStatus[]): PartHealth {
  const health = run.health();
  const { name, version, caughtUp, isLive, isStandby, error } = health;
  const status = statuses.find((each) => each.name === name && each.version === version);
  const { position, parkedKeys } = status ?? health;
  const at = `at ${position || 'the start'}${status ? behind(status) : ''}`;
  const where = isLive ? at : `is being built, ${at}`;
  const standing = isStandby ? `${where}, run by another process` : where;
  // What is parked is for a person to look at; all else goes on.
  const waiting = parkedKeys > 0 ? `${standing}; ${parkedKeys} parked keys wait` : standing;
  return {
    name: `projection ${name}`,
    ready: caughtUp && isLive && error === null,
    detail: error ?? waiting,
  };
}

function behind({ lagPositions, lagSeconds }: ReadModelStatus): string {
  if (lagPositions === 0) return '';
  const age = lagSeconds === null ? '' : `, its newest event ${lagSeconds} s old`;
  return `, ${lagPositions} positions behind${age}`;
}

function checksHealth(checks: Checks): PartHealth {
  const different = checks.different().join(', ');
  // The ledger itself is right: bets go on while somebody looks at it.
  const detail = different ? `${different}: not as built anew` : 'none was found to differ';
  return { name: 'read models compared', ready: true, detail };
}

function policyHealth(run: PolicyRun): PartHealth {
  const { name, position, caughtUp, error } = run.health();
  const ready = caughtUp && error === null;
  return { name: `policy ${name}`, ready, detail: error ?? `at ${position || 'the start'}` };
}

function scannerHealth(run: ScannerRun): PartHealth {
  const { chain, caughtUp, error } = run.health();
  const detail = error ?? (caughtUp ? 'at the tip' : 'catching up');
  return { name: `scanner ${chain}`, ready: caughtUp && error === null, detail };
}

/** What can't be compared now stops nothing: it is for a person to see. */
function holdingsHealth(run: HoldingsRun): PartHealth {
  const { chain, error } = run.health();
  return { name: `holdings ${chain}`, ready: true, detail: error ?? 'looking' };
}

function payoutHealth(chain: string, run: PayoutRun): PartHealth {
  const { error, stuck } = run.health();
  const waiting = stuck.map(({ withdrawal, reason }) => `${withdrawal} waits: ${reason}`);
  const detail = error ?? (waiting.length === 0 ? 'working' : waiting.join('; '));
  // A payout that waits is for a person to look at; the worker itself does its work.
  return { name: `payouts ${chain}`, ready: error === null, detail };
}
