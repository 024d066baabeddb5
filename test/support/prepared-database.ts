import { createBookkeeping } from '../../src/adapters/postgres/bookkeeping.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { schemaInUse } from '../../src/projections/schema.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';

let prepared: Promise<string> | undefined;

/**
 * A database of the caller's own in which the tables of every read model are, and nothing in them:
 * as a house leaves it that dies as soon as it is up. To copy that takes a third of what making it
 * takes; what makes it in an empty one is proven by whoever takes that.
 */
export async function preparedDatabase(): Promise<FreshDatabase> {
  // One that is given is left as it was: it would keep the template.
  if (process.env.TEST_DATABASE_URL) return freshDatabase();
  prepared ??= prepare();
  return freshDatabase(await prepared);
}

/** Once for each worker. Returns its name. */
async function prepare(): Promise<string> {
  const { url, pool } = await freshDatabase();
  await createBookkeeping(pool);
  for (const projection of PROJECTIONS) await schemaInUse(pool, projection);
  await pool.end();
  return new URL(url).pathname.slice(1);
}
