import type { PoolClient } from 'pg';

type Client = Pick<PoolClient, 'query'>;

export interface ParkedKey {
  readonly schema: string;
  readonly key: string;
  /** How many events wait, the first included. */
  readonly events: number;
  /** Of the first: the one that could not be applied. */
  readonly type: string;
  readonly stream: string;
  readonly position: string;
  readonly error: string;
  readonly attempts: number;
  /** ISO 8601. */
  readonly since: string;
}

export async function countParked(client: Client, schema: string): Promise<number> {
  const { rows } = await client.query<{ keys: string }>(
    'select count(distinct key) as keys from projections.parked where schema = $1',
    [schema],
  );
  return Number(rows[0]?.keys ?? 0);
}

/** The oldest first; of one schema or of all. */
export async function listParked(
  client: Client,
  schemas: readonly string[],
): Promise<readonly ParkedKey[]> {
  const { rows } = await client.query<Omit<ParkedKey, 'since'> & { parked_at: Date }>(
    `select * from (
       select distinct on (schema, key) schema, key,
         (count(*) over (partition by schema, key))::int as events,
         type, stream, position, coalesce(error, 'waits') as error, attempts, parked_at
       from projections.parked where schema = any($1)
       order by schema, key, position
     ) first order by position`,
    [schemas],
  );
  return rows.map(({ parked_at, ...row }) => ({ ...row, since: parked_at.toISOString() }));
}
