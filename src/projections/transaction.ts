import type { Pool, PoolClient } from 'pg';

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
    await rollBack(client);
    throw error;
  }
}

/** Whether the connection still answers; one that can't even roll back is thrown away. */
export async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    client.release();
    return true;
  } catch (broken) {
    client.release(broken instanceof Error ? broken : true);
    return false;
  }
}
