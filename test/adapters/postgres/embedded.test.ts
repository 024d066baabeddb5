import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/adapters/postgres/embedded.ts';
import { postgresAccount } from '../../../src/adapters/postgres/embedded-account.ts';
import { locatePackage, settleBinaries } from '../../../src/adapters/postgres/embedded-binaries.ts';
import { checkVersion, openPool } from '../../../src/adapters/postgres/pool.ts';
import { freePort } from '../../../src/adapters/processes.ts';
import { startOwner } from '../../support/owner-process.ts';

let directory: string;
/** Where what happened before doesn't matter: to make a database takes a second each time. */
let shared: string;

async function freshDirectory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'countinghouse-embedded-'));
  await chmod(made, 0o711);
  return made;
}

beforeAll(async () => {
  shared = await freshDirectory();
});
beforeEach(async () => {
  directory = await freshDirectory();
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(() => rm(shared, { recursive: true, force: true }));

async function query(url: string, text: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A thousand files that only an initdb reads would take longer to copy than all the rest. */
const isNeededToRun = (path: string) => !path.endsWith(join('native', 'share'));

it('it keeps its data over stop and start, with real fsync, for the right password only', async () => {
  const first = await startEmbeddedPostgres({ directory: shared });
  await query(first.url, 'create table kept (n int); insert into kept values (7)');
  await first.stop();
  const again = await startEmbeddedPostgres({ directory: shared });
  try {
    expect(await query(again.url, 'select n from kept')).toEqual([{ n: 7 }]);
    const settings = await query(
      again.url,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes',
         'synchronous_commit', 'data_checksums', 'server_encoding', 'lc_messages',
         'listen_addresses', 'max_connections') order by name`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      lc_messages: 'C',
      listen_addresses: '127.0.0.1',
      max_connections: '200',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    });
    const [role] = await query(
      again.url,
      'select usesuper from pg_user where usename = current_user',
    );
    expect(role).toEqual({ usesuper: false });
    const wrong = new URL(again.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const password = await stat(join(shared, 'password'));
    expect(password.mode & 0o777).toBe(0o600);
    const pool = openPool(again.url, { max: 1, applicationName: 'version' });
    await checkVersion(pool);
    await pool.end();
  } finally {
    await again.stop();
  }
});

it('it takes another port when the wanted one is busy', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const postgres = await startEmbeddedPostgres({ directory: shared, port });
  expect(postgres.port).not.toBe(port);
  await postgres.stop();
  server.close();
});

it('a directory that is in use is refused by name, with the process', async () => {
  const postgres = await startEmbeddedPostgres({ directory: shared });
  const second = startEmbeddedPostgres({ directory: shared });
  await expect(second).rejects.toThrow(`${shared}/data is in use`);
  await expect(second).rejects.toThrow(`${postgres.pid}`);
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

it('it ends with our process after kill -9, and the next start waits for that', async () => {
  const parent = startOwner('postgres', shared);
  const { pid } = await parent.owned;
  await parent.kill();
  const next = await startEmbeddedPostgres({ directory: shared });
  expect(next.pid).not.toBe(pid);
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5_000);
  await next.stop();
});

it('a start that is interrupted leaves no half database', async () => {
  const parent = startOwner('postgres', directory);
  await vi.waitFor(async () => {
    expect((await readdir(directory)).some((name) => name.startsWith('data-new-'))).toBe(true);
  }, 10_000);
  await parent.kill();
  const next = await startEmbeddedPostgres({ directory });
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await next.stop();
});

it.runIf(process.getuid?.() === 0)(
  'below a directory that only root may enter, the data is kept elsewhere and a file says where',
  async () => {
    await chmod(directory, 0o700);
    const home = join(directory, 'clone', '.data');
    const first = await startEmbeddedPostgres({ directory: home });
    await query(first.url, 'create table kept ()');
    await first.stop();
    const text = await readFile(join(home, 'WHERE-THE-DATA-IS.txt'), 'utf8');
    const [place = '', ...others] = text.split('\n').filter((line) => line.startsWith('/'));
    expect(place).toMatch(/^\/var\/tmp\/countinghouse-data-\w+$/);
    expect(others).toEqual([]);
    const again = await startEmbeddedPostgres({ directory: home });
    expect(await query(again.url, 'select * from kept')).toEqual([]);
    await again.stop();
    await rm(place, { recursive: true });
    await expect(startEmbeddedPostgres({ directory: home })).rejects.toThrow('is gone');
  },
);

it('the symlinks of the package are made when its install script was not run', async () => {
  const { packageRoot, version } = await locatePackage();
  const bare = join(directory, 'package');
  await mkdir(bare);
  await cp(join(packageRoot, 'native'), join(bare, 'native'), {
    recursive: true,
    filter: async (path) =>
      isNeededToRun(path) &&
      (!/\.so(\.\d+)?$/.test(path) ||
        (await stat(path)).isDirectory() ||
        !/lib(icu|pq|ecpg)/.test(path)),
  });
  expect(await readdir(join(bare, 'native', 'lib'))).not.toContain('libicui18n.so.60');
  const { postgres } = await settleBinaries(bare, version, postgresAccount());
  expect(postgres).toBe(join(bare, 'native', 'bin', 'postgres'));
  expect(await readdir(join(bare, 'native', 'lib'))).toContain('libicui18n.so.60');
});

it.runIf(process.getuid?.() === 0)(
  'binaries that the account of Postgres cannot reach are copied to where it can',
  async () => {
    const { packageRoot } = await locatePackage();
    await chmod(directory, 0o700);
    await cp(join(packageRoot, 'native'), join(directory, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: isNeededToRun,
    });
    const version = `test-${process.pid}`;
    const copy = `/var/tmp/countinghouse-postgres-${version}`;
    try {
      const { postgres } = await settleBinaries(directory, version, postgresAccount());
      expect(postgres).toBe(join(copy, 'native', 'bin', 'postgres'));
      const made = await stat(copy);
      expect([made.uid, made.mode & 0o777]).toEqual([0, 0o755]);
      await chmod(copy, 0o777);
      await expect(settleBinaries(directory, version, postgresAccount())).rejects.toThrow(
        'not ours',
      );
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  },
);

it('a lock file whose number now belongs to another program does not stop the start', async () => {
  const first = await startEmbeddedPostgres({ directory: shared });
  process.kill(first.pid, 'SIGKILL');
  await first.stop();
  // As after a restart of a container: the number is taken again, here by this very test.
  const file = join(shared, 'data', 'postmaster.pid');
  const lock = await readFile(file, 'utf8');
  await writeFile(file, lock.replace(/^\d+/, `${process.pid}`));
  const next = await startEmbeddedPostgres({ directory: shared });
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await next.stop();
});
