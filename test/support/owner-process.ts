import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject } from 'vitest';

/** What an owner started. */
export interface Owned {
  readonly pid: number;
  /** Empty where there is none. */
  readonly url: string;
}

export interface Owner {
  readonly child: ChildProcess;
  /** Resolves when what it owns runs. */
  readonly owned: Promise<Owned>;
  /** `kill -9`: it can't stop anything any more. */
  kill(): Promise<void>;
}

/** A process that owns another one, at that path if it needs any. */
export function startOwner(what: 'sleep' | 'postgres' | 'anvil', path = ''): Owner {
  const file = join(inject('compiled'), 'test', 'support', 'owner-process.worker.js');
  // Not what runs the tests: a plain Node.
  const child = fork(file, [what, path], { execArgv: [] });
  const exited = once(child, 'exit');
  return {
    child,
    owned: once(child, 'message').then(([message]) => message as Owned),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
