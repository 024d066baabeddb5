import { fork } from 'node:child_process';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly keyId: string;
  readonly secret: string;
  readonly provider: string;
  /** Of the baseline's pool. */
  readonly connections: number;
}

export interface Service {
  readonly port: number;
  /** What its process has used of the processors so far. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

/** A service in a process of its own, as it is deployed; it ends when this process does. */
export async function startService(
  kind: 'engine' | 'sql',
  options: ServiceOptions,
): Promise<Service> {
  const own = fileURLToPath(import.meta.url);
  const file = join(dirname(own), `${kind}-service${extname(own)}`);
  const child = fork(file, [JSON.stringify(options)]);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const port = await Promise.race([
    new Promise<number>((resolve) => child.once('message', (port) => resolve(Number(port)))),
    ended.then((code) => {
      throw new Error(`the ${kind} service ended with ${code} before it listened`);
    }),
  ]);
  return {
    port,
    cpuMicros: () =>
      new Promise((resolve) => {
        child.once('message', (micros) => resolve(Number(micros)));
        child.send('cpu');
      }),
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** What each service's process does: listens, says where, and closes when its parent lets go. */
export async function serve(
  start: (options: ServiceOptions) => Promise<{
    listen(): Promise<string>;
    close(): Promise<void>;
  }>,
): Promise<void> {
  // Ctrl-C in the terminal reaches the parent too, which ends us in its order.
  process.on('SIGINT', () => {});
  const service = await start(JSON.parse(process.argv[2] ?? '{}') as ServiceOptions);
  const address = await service.listen();
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.on('disconnect', async () => {
    await service.close();
    process.exit();
  });
  process.send?.(new URL(address).port);
}
