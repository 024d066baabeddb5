import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';

/** A child is killed outright when it has not obeyed its stop signal after this long. */
const STOP_TIMEOUT_MS = 20_000;

export interface SpawnOptions {
  uid?: number;
  gid?: number;
  /** Default: our own environment. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What stop() sends, and the guard when we die. Default: SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Standard output and standard error, in pieces as they come. */
  onOutput?: (text: string) => void;
}

export interface GuardedProcess {
  readonly pid: number;
  /** The exit code; null when a signal ended it. Never rejects. */
  readonly exited: Promise<number | null>;
  /** Resolves when the process is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a child that never outlives us, also after `kill -9`. It gets a session of its own, so
 * that Ctrl-C in the terminal reaches only us and we stop our children in order.
 */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): GuardedProcess {
  const { stopSignal = 'SIGTERM', onOutput, ...rest } = options;
  const output = onOutput ? 'pipe' : 'ignore';
  const child = spawn(command, args, {
    ...rest,
    detached: true,
    stdio: ['ignore', output, output],
  });
  const { pid } = child;
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  if (pid === undefined) throw new Error(`${command} can't be started: is it there, executable?`);
  if (onOutput) for (const stream of [child.stdout, child.stderr]) listen(stream, onOutput);
  const dismiss = guard(pid, stopSignal);
  void exited.then(dismiss);

  const stop = async () => {
    child.kill(stopSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  return { pid, exited, stop };
}

function listen(stream: Readable | null, onOutput: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', onOutput);
}

/**
 * Runs apart from us. A pipe closes however its writer dies; a line on it means "dismissed". It is
 * a shell because that is there at once and small, where a Node is as slow as what it would guard.
 */
const GUARD_SCRIPT = 'read -r dismissed || kill -s "$2" "$1"';

/** Sends the signal to the process as soon as we are gone. Returns the guard's dismissal. */
export function guard(pid: number, signal: NodeJS.Signals): () => void {
  const watcher: ChildProcess = spawn(
    '/bin/sh',
    ['-c', GUARD_SCRIPT, 'guard', `${pid}`, signal.slice('SIG'.length)],
    {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  const pipe = watcher.stdin as (typeof watcher.stdin & { unref(): void }) | null;
  watcher.on('error', () => {});
  pipe?.on('error', () => {});
  // Watching must not keep our own process alive.
  watcher.unref();
  pipe?.unref();
  return () => pipe?.end('dismissed\n');
}

/** A port of 127.0.0.1 that nobody listens on: the preferred one if it can be. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const port = await tryPort(preferred);
    if (port !== undefined) return port;
  }
  const port = await tryPort(0);
  if (port === undefined) throw new Error('no port of 127.0.0.1 is free');
  return port;
}

function tryPort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port: wanted, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      server.close(() => resolve(port));
    });
  });
}
