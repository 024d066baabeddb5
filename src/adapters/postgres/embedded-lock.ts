import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long the guard of a crashed run may take to end its Postgres. */
const LEFTOVER_TIMEOUT_MS = 5_000;
/** Above the largest process id of any system we know. */
const NO_PROCESS = 2_147_483_647;

/** Waits for the Postgres that a crashed run left behind; fails when another one lives there. */
export async function awaitUnused(data: string): Promise<void> {
  const deadline = Date.now() + LEFTOVER_TIMEOUT_MS;
  for (;;) {
    const lock = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number.parseInt(lock, 10);
    if (!(pid > 0) || !isAlive(pid)) return;
    if (!(await isPostgres(pid))) return disown(data, lock);
    if (Date.now() > deadline) {
      throw new Error(`${data} is in use by a Postgres that runs already, process ${pid}`);
    }
    await sleep(100);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * One that has ended and waits for its parent has no command line. Where the system can't say: yes.
 */
async function isPostgres(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres');
  return command.includes('postgres');
}

/**
 * After a restart of the machine or container the number may be another program's, and Postgres
 * would refuse to start. Only the first line is changed: the rest still tells Postgres how to find
 * out whether an orphan of the old server is attached to the data.
 */
async function disown(data: string, lock: string): Promise<void> {
  await writeFile(join(data, 'postmaster.pid'), lock.replace(/^\d+/, `${NO_PROCESS}`));
}
