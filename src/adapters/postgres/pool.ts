import type pg from 'pg';
import { FrugalPool } from './frugal-pool.ts';
import { PatientClient, waitAtMost } from './patient-client.ts';

/** 14 is the oldest release that the statements here were written for. */
const OLDEST_VERSION = 14;

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly statementTimeoutMs?: number;
  /** Called for an idle connection that broke; the pool replaces it by itself. */
  readonly onError?: (error: Error) => void;
}

/** A pool in which nothing waits for ever: not for a connection, not for a statement or a lock. */
export function openPool(url: string, options: PoolOptions): pg.Pool {
  const { max, applicationName, statementTimeoutMs = 30_000, onError } = options;
  const pool = new FrugalPool({
    Client: PatientClient,
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  });
  // Its connections are told to end one by one: a server that stops meanwhile breaks nothing.
  const tell = (error: Error) => pool.ending || onError?.(error);
  // Without a listener a dropped idle connection would end the process.
  pool.on('error', tell);
  pool.on('connect', (client) => {
    client.on('error', tell);
    // Ours, in case the server can't answer at all any more.
    waitAtMost(client, statementTimeoutMs + 5_000);
  });
  return pool;
}

/** Fails with a clear sentence when the server is too old. */
export async function checkVersion(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ server_version: string }>('show server_version');
  const version = rows[0]?.server_version ?? 'unknown';
  if (Number.parseInt(version, 10) >= OLDEST_VERSION) return;
  throw new Error(`Postgres ${version} is too old: ${OLDEST_VERSION} or newer is needed`);
}
