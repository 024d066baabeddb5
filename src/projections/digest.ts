import type { Pool, PoolClient } from 'pg';
import type { Position } from '../event-store.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { Projection } from './projection.ts';
import { transaction } from './transaction.ts';

/**
 * Of all rows, whatever their order: for each table how many there are, and two sums of hashes of
 * 64 bits. One pass over the table, and no memory. To be compared within one server: the hashes are
 * that server's own. 32 hex digits.
 */
export async function digestOf(
  client: Pick<PoolClient, 'query'>,
  { tableNames }: Projection,
  schema: string,
): Promise<string> {
  const tables = tableNames.map(
    (table) => `select '${table}' as name, count(*) as rows,
      coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as one,
      coalesce(sum(hashtextextended(t::text, 1)::numeric), 0) as other
    from ${schema}.${table} t`,
  );
  const { rows } = await client.query<{ digest: string }>(
    `select md5(string_agg(concat_ws(' ', name, rows, one, other), ',' order by name)) as digest
     from (${tables.join(' union all ')}) summed`,
  );
  return rows[0]?.digest ?? '';
}

/** With the position that the rows reflect. */
export function digestAt(
  pool: Pool,
  projection: Projection,
  schema: string,
): Promise<{ position: Position; digest: string }> {
  return transaction(
    pool,
    async (client) => {
      const { position } = await readCheckpoint(client, schema);
      return { position, digest: await digestOf(client, projection, schema) };
    },
    SNAPSHOT,
  );
}

export const SNAPSHOT = 'begin isolation level repeatable read read only';
