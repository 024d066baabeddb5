import { join } from 'node:path';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from './adapters/postgres/embedded.ts';
import { openPool } from './adapters/postgres/pool.ts';
import { realSystem } from './adapters/system.ts';
import { loadConfig } from './config.ts';
import type { EventStore } from './event-store.ts';
import { openLog } from './open-log.ts';
import { PROJECTIONS } from './projections/all.ts';
import type { Projection } from './projections/projection.ts';
import { RebuildRefused } from './projections/rebuild.ts';
import type { System } from './system.ts';

export interface LedgerBeside {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly system: System;
  /** Aborts at the first SIGINT or SIGTERM: what is under way may be finished another time. */
  readonly signal: AbortSignal;
}

/** The ledger of the environment, for a command that runs beside the service or without one. */
export async function withLedger(
  command: string,
  work: (ledger: LedgerBeside) => Promise<void>,
): Promise<void> {
  const config = loadConfig(process.env);
  const log = pino({ level: 'error' });
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ directory: join(config.dataDir, 'postgres') })
      : null;
  const pool = openPool(config.databaseUrl ?? embedded?.url ?? '', {
    max: 8,
    applicationName: `countinghouse ${command}`,
    statementTimeoutMs: 600_000,
    onError: (error) => log.error(error),
  });
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const store = await openLog(config, pool, realSystem);
    try {
      await work({ store, pool, system: realSystem, signal: stopping.signal });
    } finally {
      await store.close();
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await pool.end();
    await embedded?.stop();
  }
}

/** All of them where none is named. Throws RebuildRefused for a name that there isn't. */
export function projectionsNamed(name: string | undefined): readonly Projection[] {
  if (name === undefined) return PROJECTIONS;
  const found = PROJECTIONS.filter((projection) => projection.name === name);
  if (found.length > 0) return found;
  const names = PROJECTIONS.map((projection) => projection.name).join(', ');
  throw new RebuildRefused(`there is no read model '${name}'; there are ${names}`);
}
