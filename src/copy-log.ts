import { join } from 'node:path';
import { startEmbeddedPostgres } from './adapters/postgres/embedded.ts';
import { openPool } from './adapters/postgres/pool.ts';
import { realSystem } from './adapters/system.ts';
import { loadConfig } from './config.ts';
import type { EventStore } from './event-store.ts';
import { CopyRefused, copyLog } from './log-copy.ts';
import { isBesideReadModels, openLog } from './open-log.ts';
import { Progress } from './progress.ts';

export interface CopyLogOptions {
  readonly from: string;
  readonly to: string;
  readonly fromNamespace?: string;
  readonly toNamespace?: string;
}

interface OpenedLog {
  readonly store: EventStore;
  readonly isAtomic: boolean;
  close(): Promise<void>;
}

/** `countinghouse log copy`: prints where it is, and at the end the digest of both logs. */
export async function copyLogs(options: CopyLogOptions): Promise<void> {
  if (options.from === options.to && options.fromNamespace === options.toNamespace) {
    throw new CopyRefused('--from and --to are the same log');
  }
  const from = await openNamed(options.from, options.fromNamespace);
  try {
    const to = await openNamed(options.to, options.toNamespace);
    try {
      const progress = new Progress(process.stderr);
      const { events, found, digest } = await copyLog({
        ...{ from: from.store, to: to.store },
        // Several streams' events keep their order only where one append is one commit.
        partsPerAppend: to.isAtomic ? 500 : 1,
        onProgress: (phase, done, total) => progress.show(phase, done, total),
      });
      progress.end();
      const resumed = found > 0 ? `, ${found} of them from an earlier run` : '';
      process.stdout.write(`${events} events${resumed}; both logs have the digest ${digest}\n`);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** `postgres` is the database of DATABASE_URL, or else the one in DATA_DIR. */
async function openNamed(name: string, namespace?: string): Promise<OpenedLog> {
  const isPostgres = name === 'postgres' || /^postgres(ql)?:/.test(name);
  const named = namespace ? { eventStoreNamespace: namespace } : {};
  const config = loadConfig({
    ...process.env,
    EVENT_STORE: isPostgres ? 'postgres' : name,
    ...(isPostgres && name !== 'postgres' ? { DATABASE_URL: name } : {}),
  });
  if (!isBesideReadModels(config.eventStore)) {
    const store = await openLog({ ...named, eventStore: config.eventStore }, null, realSystem);
    return { store, isAtomic: false, close: () => store.close() };
  }
  const { databaseUrl, dataDir } = config;
  const embedded =
    databaseUrl === null
      ? await startEmbeddedPostgres({ directory: join(dataDir, 'postgres') })
      : null;
  const url = databaseUrl ?? embedded?.url ?? '';
  const pool = openPool(url, { max: 5, applicationName: 'countinghouse log copy' });
  const store = await openLog(named, pool, realSystem);
  const close = async () => {
    await store.close();
    await pool.end();
    await embedded?.stop();
  };
  return { store, isAtomic: true, close };
}
