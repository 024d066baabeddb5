import { realSystem } from '../../src/adapters/system.ts';
import { openSeparateLog } from '../../src/open-log.ts';
import { type Bench, type BenchOptions, type BenchResult, merged } from '../bench.ts';
import { type Server, startServer } from '../servers.ts';
import { runCrowds } from './crowds.ts';
import { runAccounts, runHistory } from './growth.ts';
import { runOnStore } from './on-store.ts';
import { runOneTransaction } from './one-transaction.ts';
import { runHttp } from './over-http.ts';

type Part = (server: Server, options: BenchOptions) => Promise<BenchResult>;

const PARTS: Readonly<Record<string, Part>> = {
  crowds: runCrowds,
  'one by one': runOneTransaction,
  http: runHttp,
  accounts: runAccounts,
  history: runHistory,
};

export const engineBench: Bench = {
  name: 'engine',
  description: 'Bets on the engine beside a one-statement SQL ledger on the same Postgres.',
  async run(options) {
    const server = await startServer();
    try {
      options.say(server.durable.detail);
      const results: BenchResult[] = [{ ratios: [], figures: [], checks: [server.durable] }];
      const named = process.env.EVENT_STORE_TEST_URL;
      if (named) {
        const store = await openSeparateLog(named, realSystem);
        results.push(await runOnStore(store, server, options));
        await store.close();
      }
      for (const [name, run] of Object.entries(PARTS)) {
        if (name.includes(options.only ?? '')) results.push(await run(server, options));
      }
      return merged(results);
    } finally {
      await server.stop();
    }
  },
};
