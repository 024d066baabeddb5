import type pg from 'pg';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { freshDatabase } from './postgres.ts';
import { openTcpGate, type TcpGate } from './tcp-gate.ts';

/** A pool of one connection to a new database, and the network between them. */
export interface GatedPool {
  readonly gate: TcpGate;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

export async function gatedPool(): Promise<GatedPool> {
  const database = await freshDatabase();
  const url = new URL(database.url);
  const gate = await openTcpGate(Number(url.port));
  url.port = String(gate.port);
  const pool = openPool(url.href, { max: 1, applicationName: 'gated' });
  return {
    ...{ gate, pool },
    async drop() {
      await gate.close();
      await pool.end();
      await database.drop();
    },
  };
}
