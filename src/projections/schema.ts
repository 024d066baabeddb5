import { readFile } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import { type Position, START } from '../event-store.ts';
import type { Projection } from './projection.ts';

/** Any number, the same in every process: whoever creates tables waits for the one who does. */
const SETUP_LOCK = 7_214_001;

/** Creates the schema and tables of one read model where they aren't yet. */
export async function createSchema(
  pool: Pool,
  projection: Projection,
  schema: string,
): Promise<void> {
  // Taken with every start: one that is there must cost no lock that its writers would wait for.
  if (await exists(pool, schema)) return;
  const [checkpoints, tables] = await Promise.all([
    readFile(new URL('./checkpoints.sql', import.meta.url), 'utf8'),
    readFile(projection.tables, 'utf8'),
  ]);
  await transaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    if (await exists(client, schema)) return;
    await client.query('create schema if not exists projections');
    await client.query(checkpoints);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`set local search_path to ${schema}`);
    await client.query(tables);
    await client.query(
      `insert into projections.checkpoints (schema, position, reached_at)
       values ($1, $2, 'epoch') on conflict do nothing`,
      [schema, START],
    );
  });
}

/** Its checkpoint is written last, in the transaction that makes its tables. */
async function exists(client: Pick<PoolClient, 'query'>, schema: string): Promise<boolean> {
  // From the catalogs themselves: what a session remembers of a name may be older than its lock,
  // and then "create if not exists" fails because it exists.
  const { rowCount } = await client.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'projections' and c.relname = 'checkpoints'`,
  );
  if (rowCount !== 1) return false;
  const found = await client.query('select from projections.checkpoints where schema = $1', [
    schema,
  ]);
  return found.rowCount === 1;
}

export async function dropSchema(pool: Pool, schema: string): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(`drop schema if exists ${schema} cascade`);
    await client.query('delete from projections.checkpoints where schema = $1', [schema]);
  });
}

export interface Checkpoint {
  readonly position: Position;
  /** ISO 8601. */
  readonly time: string;
}

export async function readCheckpoint(
  client: Pick<PoolClient, 'query'>,
  schema: string,
): Promise<Checkpoint> {
  const { rows } = await client.query<{ position: string; reached_at: Date }>({
    name: 'read a checkpoint',
    text: 'select position, reached_at from projections.checkpoints where schema = $1',
    values: [schema],
  });
  const [row] = rows;
  if (!row) throw new Error(`the read model ${schema} was never created`);
  return { position: row.position, time: row.reached_at.toISOString() };
}

/** Commits what `work` did, or rolls all of it back. */
export async function transaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  begin = 'begin',
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection that can't even roll back is thrown away.
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw error;
  }
}
