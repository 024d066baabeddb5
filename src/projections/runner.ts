import type { Pool, PoolClient } from 'pg';
import { type EventStore, type Position, type RecordedEvent, START } from '../event-store.ts';
import { isoTime, type System } from '../system.ts';
import { LogEvent } from './log-event.ts';
import { type Fold, filterOf, type Projection, schemaOf } from './projection.ts';
import { createSchema, readCheckpoint, transaction } from './schema.ts';

export interface ProjectionShell {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  readonly signal: AbortSignal;
  readonly onError: (projection: string, error: unknown) => void;
}

export interface ProjectionHealth {
  readonly name: string;
  readonly position: Position;
  readonly caughtUp: boolean;
  /** Null when the last batch went well. */
  readonly error: string | null;
}

export interface ProjectionRun {
  health(): ProjectionHealth;
  /** Resolves when the signal ended it and the batch at hand is committed. */
  readonly ended: Promise<void>;
}

const BATCH_EVENTS = 500;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

/**
 * Keeps one read model up to date until the signal. Nothing is passed over: it stops and retries.
 */
export function runProjection(projection: Projection, shell: ProjectionShell): ProjectionRun {
  const { name } = projection;
  const { pool, system, signal, onError } = shell;
  const schema = schemaOf(projection);
  let health: ProjectionHealth = { name, position: START, caughtUp: false, error: null };
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await createSchema(pool, projection, schema);
        await follow(projection, schema, shell, (position, caughtUp) => {
          health = { name, position, caughtUp, error: null };
          failures = 0;
        });
      } catch (error) {
        health = { ...health, caughtUp: false, error: String(error) };
        onError(name, error);
        const wait = Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS);
        await system.sleep(wait * (0.5 + system.random()), signal);
      }
    }
  };
  return { health: () => health, ended: run() };
}

async function follow(
  projection: Projection,
  schema: string,
  { store, pool, system, signal }: ProjectionShell,
  report: (position: Position, caughtUp: boolean) => void,
): Promise<void> {
  let { position } = await readCheckpoint(pool, schema);
  let batch: RecordedEvent[] = [];
  const fold = projection.open();
  const flush = async (to: Position) => {
    if (to !== position) {
      await commitBatch(projection, schema, pool, system, batch, position, to, fold);
    }
    position = to;
    batch = [];
  };
  const filter = filterOf(projection);
  for await (const delivery of store.subscribe({ after: position, filter, signal })) {
    if (delivery.kind === 'event') {
      batch.push(delivery.event);
      if (batch.length >= BATCH_EVENTS) await flush(delivery.event.position);
    } else {
      await flush(delivery.position);
      report(position, delivery.caughtUp);
    }
  }
}

/**
 * Rows and checkpoint in one transaction. The checkpoint moves by compare-and-set, so that of two
 * processes that follow the log one applies a batch and the other starts over from where it is.
 */
export async function commitBatch(
  projection: Projection,
  schema: string,
  pool: Pool,
  system: System,
  batch: readonly RecordedEvent[],
  from: Position,
  to: Position,
  fold: Fold = projection.open(),
): Promise<void> {
  const events = batch.map((recorded) => new LogEvent(recorded));
  const moveCheckpoint = async (client: Pick<PoolClient, 'query'>) => {
    const { rowCount } = await client.query({
      name: 'move a checkpoint',
      text: `update projections.checkpoints set position = $3, reached_at = $4
        where schema = $1 and position = $2`,
      values: [schema, from, to, isoTime(system.now())],
    });
    if (rowCount !== 1) throw new Error(`${schema} is no longer at '${from}'`);
  };
  // Most events are of no interest to most read models: one statement is a transaction already.
  if (events.length === 0) return moveCheckpoint(pool);
  await transaction(pool, async (client) => {
    await moveCheckpoint(client);
    await client.query(`set local search_path to ${schema}`);
    await fold.load(events, client);
    for (const event of events) fold.apply(event);
    await fold.flush(client);
  });
}
