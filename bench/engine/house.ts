import type { Pool } from 'pg';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { createBookkeeping } from '../../src/adapters/postgres/bookkeeping.ts';
import { KEYS_TABLE } from '../../src/adapters/postgres/key-register.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { Watchlist } from '../../src/commands/chains/watchlist.ts';
import type { Engine, EngineLimits } from '../../src/commands/engine.ts';
import type { House } from '../../src/commands/house.ts';
import { assetRegistry } from '../../src/domain/assets.ts';
import type { EventStore } from '../../src/event-store.ts';
import { openEngine } from '../../src/open-engine.ts';
import { CURRENCY } from './bets.ts';

export interface BenchHouse {
  readonly house: House;
  readonly pool: Pool;
  close(): Promise<void>;
}

const CONNECTIONS = 20;

/** What the use cases of a game service need, without chains. */
export function houseOn(store: EventStore, engine: Engine): House {
  return {
    ...{ store, engine, system: realSystem },
    assets: assetRegistry([{ code: CURRENCY, decimals: 6, name: 'Tether' }], []),
    chains: new Map(),
    watchlist: new Watchlist(store, []),
    knownPlayers: new Set(),
  };
}

/** The true engine on the true log, as the service opens them; without chains and read models. */
export async function openPostgresHouse(
  databaseUrl: string,
  limits: Partial<EngineLimits> = {},
): Promise<BenchHouse> {
  const system = realSystem;
  const pool = openPool(databaseUrl, { max: CONNECTIONS, applicationName: 'bench' });
  await createBookkeeping(pool);
  const store = await PostgresEventStore.open({ pool, system, keysTable: KEYS_TABLE });
  const errors: unknown[] = [];
  const { engine, close } = await openEngine({
    ...{ store, pool, system, limits, isBesideLog: true },
    onError: (_part, error) => errors.push(error),
  });
  return {
    ...{ house: houseOn(store, engine), pool },
    async close() {
      await close();
      await store.close();
      await pool.end();
      if (errors.length > 0) throw new AggregateError(errors, 'the engine had errors');
    },
  };
}
