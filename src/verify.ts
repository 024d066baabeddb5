import { join } from 'node:path';
import { pino } from 'pino';
import { startEmbeddedPostgres } from './adapters/postgres/embedded.ts';
import { openPool } from './adapters/postgres/pool.ts';
import { realSystem } from './adapters/system.ts';
import { loadConfig } from './config.ts';
import { openLog } from './open-log.ts';
import { PROJECTIONS } from './projections/all.ts';
import { compareWithReplay } from './projections/replay.ts';

/** Prints a line for each read model; a difference ends with exit code 1. */
export async function verify(): Promise<void> {
  const config = loadConfig(process.env);
  const log = pino({ level: 'error' });
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ directory: join(config.dataDir, 'postgres') })
      : null;
  const pool = openPool(config.databaseUrl ?? embedded?.url ?? '', {
    max: 5,
    applicationName: 'countinghouse verify',
    statementTimeoutMs: 600_000,
    onError: (error) => log.error(error),
  });
  try {
    const store = await openLog(config, pool, realSystem);
    for (const projection of PROJECTIONS) {
      const found = await compareWithReplay(projection, { store, pool, system: realSystem });
      const { name, events, position, equal, live, replayed } = found;
      const verdict = equal ? `equal, ${live}` : `DIFFERENT: live ${live}, replayed ${replayed}`;
      process.stdout.write(`${name.padEnd(12)} ${events} events, at ${position}: ${verdict}\n`);
      if (!equal) process.exitCode = 1;
    }
    await store.close();
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}
