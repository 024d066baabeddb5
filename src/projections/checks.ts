import type { Pool } from 'pg';
import type { EventStore } from '../event-store.ts';
import type { System } from '../system.ts';
import type { Projection } from './projection.ts';
import { compareWithReplay } from './replay.ts';
import { RunnerLocks } from './runner-locks.ts';

export interface CheckShell {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  readonly signal: AbortSignal;
  readonly onError: (projection: string, error: unknown) => void;
  /** How old the last comparison of a read model may become. */
  readonly everyMs: number;
}

export interface Checks {
  /** Read models whose rows were not those of a rebuild when they were last compared. */
  different(): readonly string[];
  readonly ended: Promise<void>;
}

const LOOK_MS = 600_000;
/** Of the time that a comparison takes it works a fifth, and leaves the rest to others. */
const REST = 4;
/** So that no transaction stays open while it rests. */
const LIMITS = { commitEvents: 1_000 };

/** Compares each read model with one built anew, now and then and without haste. */
export function startChecks(projections: readonly Projection[], shell: CheckShell): Checks {
  const different = new Set<string>();
  return { different: () => [...different], ended: check(projections, shell, different) };
}

async function check(
  projections: readonly Projection[],
  { store, pool, system, signal, onError, everyMs }: CheckShell,
  different: Set<string>,
): Promise<void> {
  while (!signal.aborted) {
    await system.sleep(Math.min(everyMs, LOOK_MS), signal);
    for (const projection of projections) {
      if (signal.aborted) return;
      const { name } = projection;
      try {
        if (!(await isDue(pool, projection, system.now() - everyMs))) continue;
        // One in all processes: it costs a rebuild.
        const lock = await RunnerLocks.of(pool).tryAcquire('check');
        if (lock === null) break;
        const pace = restingFrom(system, signal);
        const options = { store, pool, system, signal, pace, limits: LIMITS };
        const found = await compareWithReplay(projection, options).finally(() => lock.release());
        if (found.equal) different.delete(name);
        else different.add(name);
        if (!found.equal) onError(name, new Error(`differs from a rebuild at '${found.position}'`));
      } catch (error) {
        if (!signal.aborted) onError(`check of ${name}`, error);
      }
    }
  }
}

function restingFrom(system: System, signal: AbortSignal): () => Promise<void> {
  let began = system.now();
  return async () => {
    await system.sleep(REST * (system.now() - began), signal);
    began = system.now();
  };
}

/** Only what answers is compared. */
async function isDue(
  pool: Pool,
  { name, version }: Projection,
  beforeMs: number,
): Promise<boolean> {
  const { rows } = await pool.query<{ checked_at: Date | null }>(
    `select checked_at from projections.live left join projections.checks using (schema)
     where name = $1 and version = $2`,
    [name, version],
  );
  const [row] = rows;
  return row !== undefined && (row.checked_at === null || row.checked_at.getTime() <= beforeMs);
}
