import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whom Postgres runs as. Undefined: as ourselves. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so root lends it an account that is there on every system. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'Postgres does not run as root, and neither postgres nor nobody is in /etc/passwd',
  );
}

/** Whether the account may enter the directory and write there. Asked of the system itself. */
export function canWrite(account: Account | undefined, directory: string): boolean {
  if (account === undefined) return true;
  const script = 'cd "$0" && test -w .';
  return spawnSync('/bin/sh', ['-c', script, directory], { ...account, cwd: '/' }).status === 0;
}

/** Whether the account can run the program, its libraries included. */
export function canRun(account: Account | undefined, program: string): boolean {
  return spawnSync(program, ['--version'], { ...account, cwd: '/' }).status === 0;
}
