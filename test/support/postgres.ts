import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { openPool } from '../../src/adapters/postgres/pool.ts';

export interface FreshDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Closes the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** An empty database of the caller's own, or a copy of a template that nobody is connected to. */
export async function freshDatabase(template = 'template1'): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Our own server copies files; what is given may be too old to be asked that.
  const strategy = process.env.TEST_DATABASE_URL ? '' : 'strategy file_copy';
  await administer(`create database ${name} template ${template} ${strategy}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  const pool = openPool(url.href, { max: 10, applicationName: 'test' });
  const drop = async () => {
    // What a failed test left open must not hang the run.
    await Promise.race([pool.end(), sleep(2_000, undefined, { ref: false })]);
    await dropped(name);
  };
  return { url: url.href, pool, drop };
}

/** Autovacuum may be in it: no ordinary role can end that, but it is done in a moment. */
async function dropped(name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await administer(`drop database if exists ${name} with (force)`);
    } catch (error) {
      if (attempt === 10 || !String(error).includes('permission denied to terminate')) throw error;
      await sleep(200);
    }
  }
}

let administration: pg.Pool | undefined;

async function administer(statement: string): Promise<void> {
  // Kept: a worker makes and drops dozens, and each connection costs as much as a small one.
  administration ??= new pg.Pool({
    ...{ connectionString: inject('databaseUrl'), max: 2, allowExitOnIdle: true },
  }).on('error', () => {});
  await administration.query(statement);
}
