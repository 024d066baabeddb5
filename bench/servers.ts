import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/adapters/postgres/embedded.ts';
import type { Check } from './bench.ts';

/** One real Postgres for all that is measured in a run. */
export interface Server {
  /** An empty database; its URL. */
  database(purpose: string): Promise<string>;
  drop(url: string): Promise<void>;
  /** What was acknowledged is on disk, as sessions of ours and of the baseline see it. */
  readonly durable: Check;
  stop(): Promise<void>;
}

/** The one that BENCH_DATABASE_URL names, or an embedded one in a folder that goes afterwards. */
export async function startServer(): Promise<Server> {
  const given = process.env.BENCH_DATABASE_URL;
  if (given) return serverAt(given, async () => {});
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-bench-'));
  // When root runs it, Postgres runs as another account that must get in.
  await chmod(directory, 0o711);
  const postgres = await startUsed(directory);
  return serverAt(postgres.url, async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  });
}

const USED_MEBIBYTES = 512;

/**
 * As a server is that has been in use: it writes its log into files that are there already. A new
 * one makes a file for every 16 MB and fills it first, while which whoever writes most has to wait.
 */
async function startUsed(directory: string): Promise<EmbeddedPostgres> {
  const settings = { min_wal_size: '1GB' };
  const fresh = await startEmbeddedPostgres({ directory, settings });
  await query(
    fresh.url,
    `select count(pg_logical_emit_message(false, 'bench', repeat('-', 1024 * 1024)))
     from generate_series(1, ${USED_MEBIBYTES})`,
  );
  // The checkpoint at its end keeps them for later.
  await fresh.stop();
  return startEmbeddedPostgres({ directory, settings });
}

async function serverAt(url: string, stop: () => Promise<void>): Promise<Server> {
  return {
    async database(purpose) {
      const name = `bench_${purpose.replace(/[^a-z0-9]+/g, '_')}_${randomBytes(4).toString('hex')}`;
      await query(url, `create database ${name}`);
      const own = new URL(url);
      own.pathname = `/${name}`;
      return own.href;
    },
    async drop(own) {
      // By force only where it must be: that may not end a vacuum, which else gives way by itself.
      const drop = `drop database if exists ${new URL(own).pathname.slice(1)}`;
      await query(url, drop).catch(() => query(url, `${drop} with (force)`));
    },
    durable: await durability(url),
    stop,
  };
}

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes'];

async function durability(url: string): Promise<Check> {
  const rows = await query<{ name: string; setting: string }>(
    url,
    `select name, setting from pg_settings where name = any(array['${SETTINGS.join("','")}'])`,
  );
  const [version] = await query<{ server_version: string }>(url, 'show server_version');
  const settings = rows.map(({ name, setting }) => `${name}=${setting}`);
  return {
    name: 'what is acknowledged is on disk',
    ok: rows.length === SETTINGS.length && rows.every(({ setting }) => setting === 'on'),
    detail: `Postgres ${version?.server_version}, ${settings.join(', ')}`,
  };
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
