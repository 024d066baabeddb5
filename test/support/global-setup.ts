import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts';
import { compileChildren } from './compiled.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    /** Of compileChildren. */
    compiled: string;
  }
}

/** One real Postgres and one compilation for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, compiled] = await Promise.all([openPostgres(), compileChildren()]);
  project.provide('databaseUrl', postgres.url);
  project.provide('compiled', compiled.directory);
  return async () => {
    await postgres.stop();
    await compiled.remove();
  };
}

const ROOM_BYTES = 4 * 2 ** 30;
const MEMORY = '/dev/shm';

/**
 * In memory where there is enough: a hundred databases are made and dropped, and what a disk keeps
 * is the subject of tests with a Postgres of their own, on a disk.
 */
async function roomyPlace(): Promise<string> {
  const found = await statfs(MEMORY).catch(() => undefined);
  return found && found.bavail * found.bsize > ROOM_BYTES ? MEMORY : tmpdir();
}

/**
 * Thousands of iterations protect a stolen password. This one protects nothing, and a thousand
 * connections would each spend milliseconds on them, on both sides.
 */
async function easePassword(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const password = client.escapeLiteral(new URL(url).password);
  await client.query(`set scram_iterations = 1; alter role current_user password ${password}`);
  await client.end();
}

/**
 * It is thrown away, and never dies before. Nobody waits for what it reads, so that it needs no
 * other process to read; and nothing in it grows so old that it needs one to clean up.
 */
const SETTINGS = {
  ...{ fsync: 'off', full_page_writes: 'off', io_method: 'sync', autovacuum: 'off' },
  ...{ wal_level: 'minimal', max_wal_senders: '0' },
};

/** Each test file makes databases of its own in it. */
async function openPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const directory = await mkdtemp(join(await roomyPlace(), 'countinghouse-test-'));
  // When root runs the tests, Postgres runs as another account that must get in.
  await chmod(directory, 0o711);
  const postgres = await startEmbeddedPostgres({ directory, settings: SETTINGS });
  await easePassword(postgres.url);
  const stop = async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { url: postgres.url, stop };
}
