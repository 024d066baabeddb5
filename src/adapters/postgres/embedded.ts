import { spawn } from 'node:child_process';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, type GuardedProcess, spawnGuarded } from '../processes.ts';
import { type Account, postgresAccount } from './embedded-account.ts';
import { type Binaries, locateBinaries } from './embedded-binaries.ts';
import { exists, settleHome, settlePassword } from './embedded-directory.ts';
import { awaitUnused } from './embedded-lock.ts';

const READY_TIMEOUT_MS = 120_000;
const PORT_ATTEMPTS = 5;
const NAME = 'countinghouse';

export interface EmbeddedPostgresOptions {
  /** Holds the data and the password; made when it isn't there. */
  readonly directory: string;
  /** Another one is taken when this one is busy. */
  readonly port?: number;
  /** What Postgres says, line by line or in pieces. */
  readonly log?: (text: string) => void;
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
    const port = await freePort(attempt === 1 ? options.port : undefined);
    const server = launch(binaries, account, data, port, options.log);
    try {
      await awaitReady(server, port, password);
      await makeRole(port, password);
      const url = `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`;
      return { url, port, pid: server.pid, stop: server.stop };
    } catch (error) {
      await server.stop();
      if (!server.portTaken() || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Prepared beside and moved into place whole: an interrupted initdb leaves no half database. */
async function initialise(
  { initdb }: Binaries,
  account: Account | undefined,
  home: string,
  password: string,
): Promise<void> {
  const draft = join(home, `data-new-${process.pid}`);
  const passwordFile = `${draft}-password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (account) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await run(initdb, account, [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
    ]);
    await rename(draft, join(home, 'data')).catch((error: NodeJS.ErrnoException) => {
      // Another process was first, with the same password.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

function run(program: string, account: Account | undefined, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, cwd: '/', env: environment() });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        output += piece;
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}:\n${output}`)),
    );
  });
}

interface Server extends GuardedProcess {
  lastOutput(): string;
  portTaken(): boolean;
}

function launch(
  { postgres }: Binaries,
  account: Account | undefined,
  data: string,
  port: number,
  log?: (text: string) => void,
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
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawnGuarded(postgres, ['-D', data, '-p', `${port}`, ...flags], {
    ...account,
    cwd: '/',
    env: environment(),
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
    portTaken: () => output.includes('could not bind') || output.includes('could not create any'),
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

/** None of our own secrets, and no PG* variable that would mean another server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', LANG: 'C' };
}
