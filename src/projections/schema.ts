import { readFile } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import { START } from '../event-store.ts';
import { type Projection, schemaOf } from './projection.ts';
import { transaction } from './transaction.ts';

/** Any number, the same in every process: whoever creates tables waits for the one who does. */
const SETUP_LOCK = 7_214_001;

/** What a schema of a read model is for. Nobody but its maker touches one from scratch. */
export type SchemaState = 'building' | 'live' | 'old' | 'scratch';

type Client = Pick<PoolClient, 'query'>;

/** Creates the schema and tables of one read model where they aren't yet. */
export async function createSchema(
  pool: Pool,
  projection: Projection,
  schema: string,
  state: SchemaState = 'scratch',
): Promise<void> {
  await createReadModelBookkeeping(pool);
  // Taken with every start: one that is there must cost no lock that its writers would wait for.
  if (await exists(pool, schema)) return;
  const tables = await readFile(projection.tables, 'utf8');
  await transaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    if (await exists(client, schema)) return;
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`set local search_path to ${schema}`);
    await client.query(tables);
    await client.query(
      `insert into projections.checkpoints (schema, position, reached_at, name, version, state)
       values ($1, $2, 'epoch', $3, $4, $5)`,
      [schema, START, projection.name, projection.version, state],
    );
  });
}

export interface SchemaInUse {
  readonly schema: string;
  /** False while it is built: it doesn't answer yet. */
  readonly isLive: boolean;
}

/** The schema that a version of a read model is kept in; creates it where there is none. */
export async function schemaInUse(pool: Pool, projection: Projection): Promise<SchemaInUse> {
  await createReadModelBookkeeping(pool);
  const live = await liveSchema(pool, projection);
  if (live) return { schema: live, isLive: true };
  const { rows } = await pool.query<{ schema: string }>(
    `select schema from projections.checkpoints
     where name = $1 and version = $2 and state = 'building' order by schema limit 1`,
    [projection.name, projection.version],
  );
  if (rows[0]) return { schema: rows[0].schema, isLive: false };
  const schema = schemaOf(projection);
  await createSchema(pool, projection, schema, 'building');
  // One from before there were states.
  await pool.query(
    `update projections.checkpoints set name = $2, version = $3, state = 'building'
     where schema = $1 and state = 'scratch'`,
    [schema, projection.name, projection.version],
  );
  return { schema, isLive: false };
}

export async function liveSchema(client: Client, projection: Projection): Promise<string | null> {
  const { rows } = await client.query<{ schema: string }>(
    'select schema from projections.live where name = $1 and version = $2',
    [projection.name, projection.version],
  );
  return rows[0]?.schema ?? null;
}

/** From now on this schema answers; what did before is old. In the caller's transaction. */
export async function pointAt(
  client: Client,
  { name, version }: Projection,
  schema: string,
): Promise<void> {
  await client.query(
    `update projections.checkpoints set state = 'old'
     where schema = (select schema from projections.live where name = $1 and version = $2)
       and schema <> $3`,
    [name, version, schema],
  );
  await client.query(`update projections.checkpoints set state = 'live' where schema = $1`, [
    schema,
  ]);
  await client.query(
    `insert into projections.live (name, version, schema) values ($1, $2, $3)
     on conflict (name, version) do update set schema = excluded.schema`,
    [name, version, schema],
  );
}

export async function dropSchema(pool: Pool, schema: string): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(`drop schema if exists ${schema} cascade`);
    for (const table of ['checkpoints', 'live', 'parked', 'checks']) {
      await client.query(`delete from projections.${table} where schema = $1`, [schema]);
    }
  });
}

/** What says which schema answers: also a process that only reads asks it. */
export async function createReadModelBookkeeping(pool: Pool): Promise<void> {
  if (await hasBookkeeping(pool)) return;
  const statements = await readFile(new URL('./bookkeeping.sql', import.meta.url), 'utf8');
  await transaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    if (!(await hasBookkeeping(client))) await client.query(statements);
  });
}

/** By the table that was made last. */
async function hasBookkeeping(client: Client): Promise<boolean> {
  // From the catalogs themselves: what a session remembers of a name may be older than its lock,
  // and then "create if not exists" fails because it exists.
  const { rowCount } = await client.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'projections' and c.relname = 'checks'`,
  );
  return rowCount === 1;
}

/** Its checkpoint is written last, in the transaction that makes its tables. */
async function exists(client: Client, schema: string): Promise<boolean> {
  const found = await client.query('select from projections.checkpoints where schema = $1', [
    schema,
  ]);
  return found.rowCount === 1;
}
