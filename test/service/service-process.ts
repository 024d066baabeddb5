import { setTimeout as sleep } from 'node:timers/promises';
import { spawnGuarded } from '../../src/adapters/processes.ts';

const START_TIMEOUT_MS = 60_000;
const KEPT_CHARS = 20_000;

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** The last of what it printed. */
  output(): string;
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** `kill -9`: nothing of it runs any more when this resolves. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export type Environment = Readonly<Record<string, string>>;

/** All that a child gets of our own environment: nothing that would configure it. */
export const environmentOf = (settings: Environment) => ({
  PATH: process.env.PATH ?? '',
  ...settings,
});

/** Runs `… serve` on a free port of 127.0.0.1 until it says that it listens. */
export async function startServiceProcess(
  cli: readonly [string, string],
  settings: Environment,
): Promise<ServiceProcess> {
  const [command, ...args] = cli;
  let output = '';
  let url: string | undefined;
  let ended = false;
  const child = spawnGuarded(command, [...args, 'serve'], {
    env: environmentOf({ HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...settings }),
    onOutput: (text) => {
      output = (output + text).slice(-KEPT_CHARS);
      url ??= /"url":"([^"]+)","msg":"listening"/.exec(output)?.[1];
    },
  });
  void child.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (url === undefined) {
    if (ended || Date.now() > deadline) {
      await child.stop();
      throw new Error(`the service does not listen:\n${output}`);
    }
    await sleep(5);
  }
  return {
    url,
    pid: child.pid,
    output: () => output,
    exited: child.exited,
    async kill() {
      process.kill(child.pid, 'SIGKILL');
      await child.exited;
    },
    async stop() {
      await child.stop();
      return child.exited;
    },
  };
}
