import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, type GuardedProcess, spawnGuarded } from '../processes.ts';
import { type Account, postgresAccount } from './embedded-account.ts';
import { type Binaries, locateBinaries } from './embedded-binaries.ts';
import { exists, settleHome, settlePassword } from './embedded-directory.ts';
import { environment, initialise } from './embedded-initdb.ts';
import { awaitUnused } from './embedded-lock.ts';

const READY_TIMEOUT_MS = 120_000;
/** Together longer than the orphans of a killed server take to notice that it is gone. */
const START_ATTEMPTS = 20;
const START_PAUSE_MS = 400;
const PASSING_FAILURES = ['could not bind', 'pre-existing shared memory block'];
const NAME = 'countinghouse';

const MEGABYTE = 1024 ** 2;
/**
 * To glibc: a backend keeps so much of what it freed for its next statement. Else it hands nearly
 * all of it back and takes it again page by page, which is a quarter of an append's work.
 */
const KEEPING_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: `${16 * MEGABYTE}`,
  MALLOC_MMAP_THRESHOLD_: `${4 * MEGABYTE}`,
  MALLOC_TOP_PAD_: `${MEGABYTE}`,
};

export interface EmbeddedPostgresOptions {
  /** Holds the data and the password; made when it isn't there. */
  readonly directory: string;
  /** Another one is taken when this one is busy. */
  readonly port?: number;
  /** What Postgres says, line by line or in pieces. */
  readonly log?: (text: string) => void;
  /** Instead of what it is started with, which is there for data that matters. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * A real Postgres with real fsync, on 127.0.0.1 only, that ends with this process however that
 * ends. The role in the URL is no superuser, so that grants bind it.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const account = postgresAccount();
  const binaries = await locateBinaries(account);
  const home = await settleHome(directory, account);
  const password = await settlePassword(directory);
  const data = join(home, 'data');
  if (!(await exists(data))) await initialise(binaries, account, home, password);
  await awaitUnused(data);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.port);
    const server = launch(binaries, account, data, port, options);
    try {
      await awaitReady(server, port, password);
      await makeRole(port, password);
      const url = `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`;
      return { url, port, pid: server.pid, stop: server.stop };
    } catch (error) {
      await server.stop();
      if (!server.failedForNow() || attempt === START_ATTEMPTS) throw error;
      await sleep(START_PAUSE_MS);
    }
  }
}

interface Server extends GuardedProcess {
  lastOutput(): string;
  /** The port was taken meanwhile, or the last server's orphans still hold its memory. */
  failedForNow(): boolean;
}

function launch(
  { postgres }: Binaries,
  account: Account | undefined,
  data: string,
  port: number,
  { log, settings: over }: Pick<EmbeddedPostgresOptions, 'log' | 'settings'>,
): Server {
  let output = '';
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...over,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawnGuarded(postgres, ['-D', data, '-p', `${port}`, ...flags], {
    ...account,
    cwd: '/',
    env: { ...environment(), ...KEEPING_MEMORY },
    // SIGINT is Postgres' fast shutdown: clients are dropped, everything is written.
    stopSignal: 'SIGINT',
    onOutput: (text) => {
      output = (output + text).slice(-4_000);
      log?.(text);
    },
  });
  return {
    ...child,
    lastOutput: () => output,
    failedForNow: () => PASSING_FAILURES.some((words) => output.includes(words)),
  };
}

async function awaitReady(server: Server, port: number, password: string): Promise<void> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      await withSuperuser(port, password, async () => {});
      return;
    } catch (cause) {
      if (ended) throw new Error(`Postgres did not start:\n${server.lastOutput()}`, { cause });
      if (Date.now() > deadline) {
        throw new Error(`Postgres is not ready:\n${server.lastOutput()}`, { cause });
      }
      await sleep(25);
    }
  }
}

async function makeRole(port: number, password: string): Promise<void> {
  await withSuperuser(port, password, async (client) => {
    const role = await client.query('select from pg_roles where rolname = $1', [NAME]);
    if (role.rowCount === 0) {
      await client.query(`create role ${NAME} login createdb password '${password}'`);
    }
    const database = await client.query('select from pg_database where datname = $1', [NAME]);
    if (database.rowCount === 0) await client.query(`create database ${NAME} owner ${NAME}`);
  });
}

async function withSuperuser(
  port: number,
  password: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
