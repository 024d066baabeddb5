import type { Pool } from 'pg';
import { type EventStore, type Position, type RecordedEvent, START } from '../event-store.ts';
import type { System } from '../system.ts';
import {
  CheckpointMoved,
  ProjectionStopped,
  readCheckpoint,
  Superseded,
  stop,
} from './checkpoint.ts';
import { LogHole } from './continuity.ts';
import { Follower } from './follower.ts';
import type { CommitReport, FollowerLimits } from './follower-setup.ts';
import { LogEvent } from './log-event.ts';
import { type LogPage, LogPages } from './log-pages.ts';
import { countParked } from './parked-list.ts';
import type { Projection } from './projection.ts';
import { RunnerLocks } from './runner-locks.ts';
import { pointAt, schemaInUse } from './schema.ts';
import { transaction } from './transaction.ts';

export interface ProjectionShell {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  readonly signal: AbortSignal;
  readonly onError: (projection: string, error: unknown) => void;
  /** Shared by the projections of a process. Default: its own. */
  readonly pages?: LogPages;
  readonly limits?: Partial<FollowerLimits>;
}

export interface ProjectionHealth {
  readonly name: string;
  readonly version: number;
  /** Null until it is known. */
  readonly schema: string | null;
  readonly position: Position;
  /** The end of the log as it was last seen. */
  readonly caughtUp: boolean;
  /** False: it is built, and doesn't answer yet. */
  readonly isLive: boolean;
  /** Another process runs it; this one takes over when that ends. */
  readonly isStandby: boolean;
  /** Null when the last batch went well. */
  readonly error: string | null;
  /** It will not go on by itself. */
  readonly isStopped: boolean;
  /** How many keys wait because an event of theirs could not be applied. */
  readonly parkedKeys: number;
  readonly lastCommit: CommitReport | null;
}

export interface ProjectionRun {
  health(): ProjectionHealth;
  /** Resolves when the signal ended it and the batch at hand is committed. */
  readonly ended: Promise<void>;
}

/** While events come without an end, answers are this old, and the time of a commit. */
const COMMIT_MS = 40;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

/** All of them on the same pages of the log. */
export function startProjections(
  projections: readonly Projection[],
  shell: ProjectionShell,
): ProjectionRun[] {
  const pages = shell.pages ?? new LogPages(shell);
  return projections.map((projection) => runProjection(projection, { ...shell, pages }));
}

/**
 * Keeps one read model up to date until the signal. Nothing is passed over: what can't be applied
 * is parked, and where that can't be, it stops and retries.
 */
export function runProjection(projection: Projection, shell: ProjectionShell): ProjectionRun {
  const run = new Run(projection, shell);
  return { health: () => run.health, ended: run.untilTheSignal() };
}

class Run {
  health: ProjectionHealth;
  readonly #projection: Projection;
  readonly #shell: ProjectionShell;
  readonly #pages: LogPages;
  #failures = 0;

  constructor(projection: Projection, shell: ProjectionShell) {
    const { name, version } = projection;
    this.#projection = projection;
    this.#shell = shell;
    this.#pages = shell.pages ?? new LogPages(shell);
    this.health = {
      ...{ name, version, schema: null, position: START, caughtUp: false, isLive: false },
      ...{ isStandby: false, error: null, isStopped: false, parkedKeys: 0, lastCommit: null },
    };
  }

  async untilTheSignal(): Promise<void> {
    const { system, signal, onError } = this.#shell;
    while (!signal.aborted) {
      try {
        await this.#runOnce();
      } catch (error) {
        // Another schema answers now, or what is in memory is old: look again, at once.
        const isNews = error instanceof Superseded || error instanceof CheckpointMoved;
        if (!isNews || this.#failures > 0) {
          this.#report({ caughtUp: false, error: String(error) });
          onError(this.#projection.name, error);
        }
        if (error instanceof ProjectionStopped || error instanceof LogHole) {
          return this.#stop(error);
        }
        const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS);
        await system.sleep(wait * (0.5 + system.random()), signal);
      }
    }
  }

  /** A hole stays one after a restart: only building it anew can tell whether it was filled. */
  async #stop(error: ProjectionStopped | LogHole): Promise<void> {
    const { pool, system, signal, onError } = this.#shell;
    const { name } = this.#projection;
    const { schema } = this.health;
    this.#report({ isStopped: true });
    while (error instanceof LogHole && schema !== null && !signal.aborted) {
      try {
        return await stop(pool, schema, `${error.message}; build it anew: rebuild ${name}`);
      } catch (failure) {
        onError(name, failure);
        await system.sleep(LONGEST_RETRY_MS, signal);
      }
    }
  }

  async #runOnce(): Promise<void> {
    const { pool, system, signal } = this.#shell;
    const { schema, isLive } = await schemaInUse(pool, this.#projection);
    this.#report({ schema, isLive });
    const lock = await RunnerLocks.of(pool).acquire(schema, { system, signal }, () =>
      this.#standBy(schema),
    );
    if (lock === null) return;
    try {
      this.#report({ isStandby: false });
      await this.#follow(schema, isLive, lock.lost);
    } finally {
      await lock.release();
    }
  }

  /** Throws Superseded when meanwhile another schema answers. */
  async #standBy(schema: string): Promise<void> {
    const { pool, store } = this.#shell;
    const inUse = await schemaInUse(pool, this.#projection);
    if (inUse.schema !== schema) throw new Superseded(`${schema} is no longer in use`);
    const { position } = await readCheckpoint(pool, schema);
    const caughtUp = position >= (await store.head());
    this.#report({ isLive: inUse.isLive, isStandby: true, position, caughtUp, error: null });
  }

  async #follow(schema: string, isLive: boolean, lost: AbortSignal): Promise<void> {
    const { pool, system, signal } = this.#shell;
    const projection = this.#projection;
    const limits = { commitMs: COMMIT_MS, ...this.#shell.limits };
    const follower = await Follower.open({ projection, schema, pool, system, limits });
    const ending = AbortSignal.any([signal, lost]);
    const pages = this.#pages.open();
    let isAnswering = isLive;
    this.#report({ parkedKeys: await countParked(pool, schema) });
    try {
      for (let isEnd = false; !ending.aborted; ) {
        const page: LogPage | undefined = isEnd
          ? await pages.grown(follower.at, ending)
          : await pages.read(follower.at);
        if (page === undefined) break;
        if (!page.isEnd) pages.prefetch(page.upTo);
        await follower.takePage(page);
        isEnd = page.isEnd && follower.at === page.upTo;
        if (isEnd && !isAnswering) isAnswering = await this.#answer(schema);
        await this.#tell(schema, follower, isEnd);
      }
    } finally {
      // Before anything that takes time: others may be waiting for this one to go on.
      pages.close();
      await follower.abandon();
    }
    if (lost.aborted) throw new Error(`the connection that holds the lock of ${schema} broke`);
  }

  /** It has caught up for the first time. */
  async #answer(schema: string): Promise<boolean> {
    await transaction(this.#shell.pool, (client) => pointAt(client, this.#projection, schema));
    this.#report({ isLive: true });
    return true;
  }

  async #tell(schema: string, follower: Follower, caughtUp: boolean): Promise<void> {
    this.#failures = 0;
    const lastCommit = follower.lastCommit ?? null;
    const position = follower.committed;
    const mayHaveParked = follower.hasParked || this.health.parkedKeys > 0;
    const parkedKeys = mayHaveParked ? await countParked(this.#shell.pool, schema) : 0;
    this.#report({ position, caughtUp, error: null, lastCommit, parkedKeys });
  }

  #report(change: Partial<ProjectionHealth>): void {
    this.health = { ...this.health, ...change };
  }
}

/** A batch by itself, in a transaction of its own. */
export async function commitBatch(
  projection: Projection,
  schema: string,
  pool: Pool,
  system: System,
  batch: readonly RecordedEvent[],
  from: Position,
  to: Position,
): Promise<void> {
  const follower = await Follower.open({ projection, schema, pool, system });
  const events = batch.map((recorded) => LogEvent.of(recorded));
  const page = { after: from, upTo: to, events, isEnd: true };
  while (follower.committed < to) await follower.takePage(page);
}
