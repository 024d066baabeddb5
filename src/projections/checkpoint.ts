import type { PoolClient, QueryResult } from 'pg';
import type { Position } from '../event-store.ts';
import type { SchemaState } from './schema.ts';

type Client = Pick<PoolClient, 'query'>;

export interface Checkpoint {
  readonly position: Position;
  /** ISO 8601: when it was reached. */
  readonly time: string;
}

/** Throws when the schema was never created. */
export async function readCheckpoint(client: Client, schema: string): Promise<Checkpoint> {
  const { rows } = await client.query<{ position: string; reached_at: Date }>({
    name: 'read a checkpoint',
    text: 'select position, reached_at from projections.checkpoints where schema = $1',
    values: [schema],
  });
  const [row] = rows;
  if (!row) throw new Error(`the read model ${schema} was never created`);
  return { position: row.position, time: row.reached_at.toISOString() };
}

/** Where a schema stands, as its runner knows it. */
export interface Place {
  readonly position: Position;
  readonly generation: number;
}

/** Another schema answers for this version of the read model now. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** Somebody else moved it, or changed rows: what this one has in memory is old. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
  constructor(schema: string, from: Place) {
    super(`${schema} is no longer at '${from.position}'`);
  }
}

/** Nothing may be applied to this schema any more: it has to be built anew. */
export class ProjectionStopped extends Error {
  override readonly name = 'ProjectionStopped';
}

/** Of two that would write the same schema, the second waits here until the first committed. */
export async function lockPlace(client: Client, schema: string): Promise<Place> {
  return placeOf(client, schema, 'for update');
}

/**
 * Begins a transaction among the tables of a schema, with its place locked as by `lockPlace`. In
 * one message: each batch begins so.
 */
export async function beginAt(client: Client, schema: string): Promise<Place> {
  // Several statements have several results, which the driver's types don't know.
  const results: unknown = await client.query(
    `begin; set local search_path to ${schema}; ${placeText(`'${schema}'`)} for update`,
  );
  const { rows } = (results as QueryResult<PlaceRow>[]).at(-1) ?? { rows: [] };
  return usable(rows[0], schema);
}

/** Throws Superseded or ProjectionStopped where nothing may be applied. */
export async function placeOf(client: Client, schema: string, lock = ''): Promise<Place> {
  const { rows } = await client.query<PlaceRow>(`${placeText('$1')} ${lock}`, [schema]);
  return usable(rows[0], schema);
}

interface PlaceRow extends Place {
  readonly stopped: string | null;
  readonly state: SchemaState;
}

const placeText = (schema: string) => `select position, generation, stopped, state
  from projections.checkpoints where schema = ${schema}`;

function usable(row: PlaceRow | undefined, schema: string): Place {
  if (!row || row.state === 'old') throw new Superseded(`${schema} is no longer in use`);
  if (row.stopped !== null) throw new ProjectionStopped(row.stopped);
  return { position: row.position, generation: row.generation };
}

export interface Move {
  readonly schema: string;
  readonly from: Place;
  readonly to: Position;
  /** ISO 8601: now. */
  readonly reachedAt: string;
  /** ISO 8601: when the newest event was decided; null leaves what is there. */
  readonly newestAt: string | null;
}

/**
 * By compare-and-set, so that whatever became of locks, each event is applied once. Throws
 * CheckpointMoved.
 */
export async function moveCheckpoint(client: Client, move: Move): Promise<void> {
  const { schema, from, to, reachedAt, newestAt } = move;
  const { rowCount } = await client.query({
    name: 'move a checkpoint',
    text: `update projections.checkpoints
      set position = $4, reached_at = $5, newest_at = coalesce($6, newest_at)
      where schema = $1 and position = $2 and generation = $3
        and stopped is null and state <> 'old'`,
    values: [schema, from.position, from.generation, to, reachedAt, newestAt],
  });
  if (rowCount !== 1) throw new CheckpointMoved(schema, from);
}

export async function stop(client: Client, schema: string, reason: string): Promise<void> {
  await client.query(
    'update projections.checkpoints set stopped = coalesce(stopped, $2) where schema = $1',
    [schema, reason],
  );
}
