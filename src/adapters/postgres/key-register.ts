import type pg from 'pg';
import type { Pool } from 'pg';
import { StoreUnavailable } from '../../event-store.ts';
import { type KeyClaim, type KeyRegister, type Owners, sortOut } from '../../keys.ts';
import { isConnectionLost, isRolledBack } from '../event-store/postgres/errors.ts';
import { runBound } from './bound-statement.ts';
import { listOf, textList } from './text-list.ts';

export const KEYS_TABLE = 'bookkeeping.keys';

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
  /** One claim is made after the other. */
  #claimed: Promise<unknown> = Promise.resolve();

  constructor({ pool, isBesideLog }: PostgresKeyRegisterOptions) {
    this.#pool = pool;
    this.#isBesideLog = isBesideLog;
  }

  /** Throws StoreUnavailable when it can't be asked: nothing may be appended then. */
  claim(claims: readonly KeyClaim[]): Promise<Owners> {
    const owners = this.#claimed.then(() => this.#claim(claims));
    this.#claimed = owners.catch(() => {});
    return owners;
  }

  close(): void {
    this.#disconnect();
  }

  async #claim(claims: readonly KeyClaim[]): Promise<Owners> {
    try {
      return await claimKeys(await this.#connect(), claims);
    } catch (cause) {
      this.#disconnect();
      if (!isConnectionLost(cause) && !isRolledBack(cause)) throw cause;
      throw new StoreUnavailable('the key register cannot be asked', { cause });
    }
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

const CLAIM = {
  name: 'claim keys',
  text: `insert into ${KEYS_TABLE} (key, stream)
    select * from unnest(${listOf(1)}, ${listOf(2)}) on conflict do nothing`,
};

/**
 * One key is had or not by the insert itself. Several are looked at first, so that a claim that
 * can't have all takes none; should another process take one in that very moment, the rest stays
 * with a stream that doesn't use it, and is refused to others: never a second effect.
 */
async function claimKeys(client: pg.PoolClient, claims: readonly KeyClaim[]): Promise<Owners> {
  const several = claims.flatMap(({ keys }) => (keys.length > 1 ? keys : []));
  const known = several.length > 0 ? await ownersOf(client, several) : new Map<string, string>();
  const { taken, free } = sortOut(claims, known);
  if (free.size === 0) return taken;
  // In one order everywhere, so that two processes never wait for each other.
  const keys = [...free.keys()].sort();
  const streams = keys.map((key) => free.get(key) ?? '');
  const claimed = await runBound(client, CLAIM, [textList(keys), textList(streams)]);
  if (claimed === keys.length) return taken;
  // A statement of its own: only a new snapshot shows what others committed meanwhile.
  for (const [key, owner] of await ownersOf(client, keys)) {
    if (owner !== free.get(key)) taken.set(key, owner);
  }
  return taken;
}

async function ownersOf(
  client: pg.PoolClient,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ key: string; stream: string }>({
    name: 'owners of keys',
    text: `select key, stream from ${KEYS_TABLE} where key = any(${listOf(1)})`,
    values: [textList(keys)],
  });
  return new Map(rows.map(({ key, stream }) => [key, stream]));
}
