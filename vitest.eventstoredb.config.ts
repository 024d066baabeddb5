import { configDefaults, defineConfig } from 'vitest/config';
import quick from './vitest.config.ts';

const url = process.env.EVENT_STORE_TEST_URL;
if (!url) {
  throw new Error(
    'EVENT_STORE_TEST_URL must name a running EventStoreDB or KurrentDB, ' +
      'for example esdb://127.0.0.1:2113?tls=false. What it holds already stays as it is. ' +
      'With EVENT_STORE_TEST_KILL and EVENT_STORE_TEST_START, shell commands that kill and start ' +
      'that server and return, it is killed under load too.',
  );
}

/** Against a real server, whatever is in it: `npm run test:eventstoredb`. */
export default defineConfig({
  test: {
    ...quick.test,
    include: [
      'test/eventstoredb/**/*.test.ts',
      // The houses of these keep their log where HOUSE_EVENT_STORE says.
      'test/chains/deposits.test.ts',
      'test/chains/payouts.test.ts',
      'test/chains/reorgs.test.ts',
      'test/chains/withdrawal-requests.test.ts',
    ],
    exclude: configDefaults.exclude,
    env: { HOUSE_EVENT_STORE: url },
    // One server serves them all, and one file stops it.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
