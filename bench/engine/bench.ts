import { realSystem } from '../../src/adapters/system.ts';
import { openSeparateLog } from '../../src/open-log.ts';
import { type Bench, type BenchOptions, type BenchResult, merged } from '../bench.ts';
import { type Server, startServer } from '../servers.ts';
import { runCrowds } from './crowds.ts';
import { runAccounts, runHistory } from './growth.ts';
import { runOnStore } from './on-store.ts';
import { runOneTransaction } from './one-transaction.ts';
import { runHttp } from './over-http.ts';

/** Where a variable names one; else there is nothing to measure. */
async function runOnNamedStore(server: Server, options: BenchOptions): Promise<BenchResult> {
  const named = process.env.EVENT_STORE_TEST_URL;
  if (!named) return merged([]);
  const store = await openSeparateLog(named, realSystem);
  try {
    return await runOnStore(store, server, options);
  } finally {
    await store.close();
  }
}

type Part = (server: Server, options: BenchOptions) => Promise<BenchResult>;

const PARTS: Readonly<Record<string, Part>> = {
  crowds: runCrowds,
  'one by one': runOneTransaction,
  http: runHttp,
  accounts: runAccounts,
  history: runHistory,
  'other store': runOnNamedStore,
};

export const engineBench: Bench = {
  name: 'engine',
  description: 'Bets on the engine beside a one-statement SQL ledger on the same Postgres.',
  async run(options) {
    const server = await startServer();
    try {
      options.say(server.durable.detail);
      const results: BenchResult[] = [{ ratios: [], figures: [], checks: [server.durable] }];
      for (const [name, run] of Object.entries(PARTS)) {
        if (name.includes(options.only ?? '')) results.push(await run(server, options));
      }
      return merged(results);
    } finally {
      await server.stop();
    }
  },
};
