import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** In the order in which they stand on each other. */
const OBJECTS = ['log-head', 'events', 'refuse-changes', 'grants'];

/**
 * Creates the log where it isn't yet; several processes may do so at once. One that is there is
 * left alone, so that a role which may only read and append can open it.
 */
export async function createSchema(pool: pg.Pool, schema: string): Promise<void> {
  if (await isThere(pool, schema)) return;
  const name = pg.escapeIdentifier(schema);
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`event log ${schema}`]);
    if (!(await isThere(client, schema))) {
      await client.query(`create schema if not exists ${name}`);
      await client.query(`set local search_path to ${name}`);
      for (const object of OBJECTS) {
        const file = new URL(`./schema/${object}.sql`, import.meta.url);
        await client.query(await readFile(file, 'utf8'));
      }
    }
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** All of it was made in one transaction: the last object stands for the rest. */
async function isThere(db: pg.Pool | pg.PoolClient, schema: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from pg_trigger
     where tgname = 'refuse_removal' and tgrelid = to_regclass(format('%I.log_head', $1::text))`,
    [schema],
  );
  return rowCount === 1;
}
