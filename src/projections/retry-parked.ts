import type { Pool, PoolClient } from 'pg';
import type { EventStore, Position } from '../event-store.ts';
import { lockPlace } from './checkpoint.ts';
import { LogEvent } from './log-event.ts';
import type { Projection } from './projection.ts';
import { Inapplicable, sentenceOf } from './refusals.ts';
import { schemaInUse } from './schema.ts';
import { transaction } from './transaction.ts';

export interface Retried {
  readonly key: string;
  /** Applied now; none when it failed again. */
  readonly events: number;
  readonly error: string | null;
}

export interface RetryOptions {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly pool: Pool;
  /** As it is listed. Default: all of them. */
  readonly key?: string;
}

interface Waiting {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
}

const PIECE_EVENTS = 500;

/**
 * Replays what waits, key by key and in order, through the same fold as ever. A key's rows and its
 * removal from the parked ones are one transaction. What fails again stays as it was.
 */
export async function retryParked(
  projection: Projection,
  options: RetryOptions,
): Promise<readonly Retried[]> {
  const { pool, key } = options;
  const { schema } = await schemaInUse(pool, projection);
  const { rows } = await pool.query<{ key: string }>(
    `select key from projections.parked where schema = $1 and ($2::text is null or key = $2)
     group by key order by min(position)`,
    [schema, key ?? null],
  );
  const all: Retried[] = [];
  for (const { key: waiting } of rows) {
    all.push(await retryKey(projection, schema, waiting, options));
  }
  return all;
}

async function retryKey(
  projection: Projection,
  schema: string,
  key: string,
  { pool, store }: RetryOptions,
): Promise<Retried> {
  try {
    const events = await transaction(
      pool,
      async (client) => {
        // Its runner waits meanwhile, and then finds that what it has in memory is old.
        await lockPlace(client, schema);
        const count = await replay(projection, schema, key, client, store);
        await client.query('delete from projections.parked where schema = $1 and key = $2', [
          schema,
          key,
        ]);
        await client.query(
          'update projections.checkpoints set generation = generation + 1 where schema = $1',
          [schema],
        );
        return count;
      },
      `begin; set local search_path to ${schema}`,
    );
    return { key, events, error: null };
  } catch (error) {
    const reason = sentenceOf(error instanceof Inapplicable ? error.cause : error);
    const at = error instanceof Inapplicable ? error.projected.position : null;
    await tellFailure(pool, schema, key, at, reason);
    return { key, events: 0, error: reason };
  }
}

async function replay(
  projection: Projection,
  schema: string,
  key: string,
  client: PoolClient,
  store: Pick<EventStore, 'readStream'>,
): Promise<number> {
  const fold = projection.open();
  let count = 0;
  for (let after = ''; ; ) {
    const { rows } = await client.query<Waiting>(
      `select position, stream, revision from projections.parked
       where schema = $1 and key = $2 and position > $3 order by position limit $4`,
      [schema, key, after, PIECE_EVENTS],
    );
    const events = await Promise.all(rows.map((row) => fromLog(row, store)));
    if (events.length > 0) await fold.load(events, client);
    for (const event of events) {
      try {
        fold.apply(event);
      } catch (error) {
        throw new Inapplicable(event, error);
      }
    }
    count += events.length;
    await fold.flush(client);
    if (rows.length < PIECE_EVENTS) return count;
    after = rows.at(-1)?.position ?? after;
  }
}

async function fromLog(
  { stream, revision }: Waiting,
  store: Pick<EventStore, 'readStream'>,
): Promise<LogEvent> {
  for await (const event of store.readStream(stream, { from: revision, limit: 1 })) {
    return LogEvent.of(event);
  }
  throw new Error(`the log has no ${stream} ${revision}`);
}

/** On the event that failed, or the first where it can't be told which. */
async function tellFailure(
  pool: Pool,
  schema: string,
  key: string,
  at: Position | null,
  reason: string,
): Promise<void> {
  await pool.query(
    `update projections.parked set error = $4, attempts = attempts + 1
     where schema = $1 and position = coalesce($3,
       (select min(position) from projections.parked where schema = $1 and key = $2))`,
    [schema, key, at, reason],
  );
}
