import type pg from 'pg';
import type { Pool } from 'pg';
import { StoreUnavailable } from '../../event-store.ts';
import type { KeyClaim, KeyRegister } from '../../keys.ts';
import { isConnectionLost, isRolledBack } from '../event-store/postgres/errors.ts';
import { listOf, textList } from './text-list.ts';

export interface PostgresKeyRegisterOptions {
  readonly pool: Pool;
  /**
   * Whether the log is in this same server. Then a claim needs no flush of its own: it stands
   * ahead of the append in the server's own log of writes, and what flushes that flushes it too.
   */
  readonly isBesideLog: boolean;
}

/** One row for each key, never removed. */
export class PostgresKeyRegister implements KeyRegister {
  readonly #pool: Pool;
  readonly #isBesideLog: boolean;
  #client: Promise<pg.PoolClient> | undefined;

  constructor({ pool, isBesideLog }: PostgresKeyRegisterOptions) {
    this.#pool = pool;
    this.#isBesideLog = isBesideLog;
  }

  /** Throws StoreUnavailable when it can't be asked: nothing may be appended then. */
  async claim(claims: readonly KeyClaim[]): Promise<ReadonlyMap<string, string>> {
    // In one order everywhere, so that two processes never wait for each other.
    const sorted = claims.toSorted((one, other) => (one.key < other.key ? -1 : 1));
    const keys = sorted.map(({ key }) => key);
    const streams = sorted.map(({ stream }) => stream);
    try {
      const client = await this.#connect();
      const { rowCount } = await client.query({
        name: 'claim keys',
        text: `insert into bookkeeping.keys (key, stream)
          select * from unnest(${listOf(1)}, ${listOf(2)})
          on conflict do nothing`,
        values: [textList(keys), textList(streams)],
      });
      if (rowCount === sorted.length) return new Map();
      return await taken(client, sorted, keys);
    } catch (cause) {
      this.#disconnect();
      if (!isConnectionLost(cause) && !isRolledBack(cause)) throw cause;
      throw new StoreUnavailable('the key register cannot be asked', { cause });
    }
  }

  close(): void {
    this.#disconnect();
  }

  #connect(): Promise<pg.PoolClient> {
    this.#client ??= this.#pool.connect().then(async (client) => {
      client.on('error', () => this.#disconnect());
      await client.query(`set synchronous_commit = ${this.#isBesideLog ? 'off' : 'on'}`);
      return client;
    });
    return this.#client;
  }

  /** Destroyed, never handed back: its session is set up for claims, or broken. */
  #disconnect(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.then((open) => open.release(true)).catch(() => {});
  }
}

/** A statement of its own: only a new snapshot shows what others committed meanwhile. */
async function taken(
  client: pg.PoolClient,
  claims: readonly KeyClaim[],
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ key: string; stream: string }>({
    name: 'owners of keys',
    text: 'select key, stream from bookkeeping.keys where key = any($1::text[])',
    values: [keys],
  });
  const owners = new Map(rows.map(({ key, stream }) => [key, stream]));
  return new Map(
    claims.flatMap(({ key, stream }) => {
      const owner = owners.get(key);
      return owner === undefined || owner === stream ? [] : [[key, owner]];
    }),
  );
}
