import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, canWrite } from './embedded-account.ts';
import { SHARED_DIRECTORY } from './embedded-binaries.ts';

const POINTER = 'WHERE-THE-DATA-IS.txt';

/**
 * The directory that holds `data`: the wanted one, or, when Postgres' account can't get there (a
 * clone below /root or `mktemp -d`), one of its own in /var/tmp that a file in the wanted one
 * names.
 */
export async function settleHome(directory: string, account: Account | undefined): Promise<string> {
  await mkdir(directory, { recursive: true });
  const pointer = join(directory, POINTER);
  const named = await readFile(pointer, 'utf8').catch(() => undefined);
  if (named !== undefined) return followPointer(pointer, named);
  if (await reachable(directory, account)) return directory;
  if (await exists(join(directory, 'data'))) {
    throw new Error(
      `the account that runs Postgres can't reach ${directory}: chmod o+x its parents`,
    );
  }
  const home = await mkdtemp(join(SHARED_DIRECTORY, 'countinghouse-data-'));
  await chmod(home, 0o711);
  await writeFile(
    pointer,
    // One line begins with a slash, and that is the path: people and scripts will cut it out.
    `Postgres does not run as root, and the account that runs it can't enter this directory.
So the database is kept here:
${home}
Nothing else points there: keep this file, and remove that directory when you remove this one.
Some systems clean old files out of ${SHARED_DIRECTORY}. For data that must last, work in a
directory whose parents all others may enter (chmod o+x), or set DATABASE_URL to a Postgres of
your own.
`,
  );
  return home;
}

async function followPointer(pointer: string, text: string): Promise<string> {
  const [home, ...others] = text.split('\n').filter((line) => line.startsWith('/'));
  if (home !== undefined && others.length === 0 && (await exists(home))) return home;
  throw new Error(`the database that ${pointer} names is gone: remove that file to begin anew`);
}

async function reachable(directory: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  const probe = await mkdtemp(join(directory, 'probe-'));
  try {
    await chown(probe, account.uid, account.gid);
    return canWrite(account, probe);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

/** The database's password: chosen once, for the eyes of our own account only. */
export async function settlePassword(directory: string): Promise<string> {
  const place = join(directory, 'password');
  const draft = join(directory, `password-${process.pid}-${randomBytes(4).toString('hex')}`);
  await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600 });
  // A link is refused when the file is there: two processes that start at once agree on one.
  await link(draft, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return readFile(place, 'utf8');
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
