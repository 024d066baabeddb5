import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What waits longest goes first, or two cores would idle at the end: a fresh clone has no earlier
 * run to learn the order from.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return found === -1 ? LONG.length : found;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

const LONG = [
  'chains/node-faults',
  'endurance/kill-under-load',
  'demo/demo',
  'adapters/http/stalled-feed',
  'adapters/postgres/embedded',
  'adapters/event-store/postgres-broken-connection',
  'adapters/event-store/postgres-lost-answer',
  'endurance/backfill-kills',
  'endurance/payout-crashes',
  'adapters/http/bad-input',
  'service/built',
  'adapters/event-store/eventstoredb',
  'adapters/event-store/postgres',
  'endurance/payout-crashes-sent',
  'adapters/event-store/postgres-restart',
  'adapters/event-store/eventstoredb-append-faults',
  'adapters/http/lifecycle',
  'adapters/event-store/eventstoredb-connection',
  'races/lost-event',
  'chains/payout-trouble',
  'chains/payouts',
  'projections/batches',
  'adapters/chains/evm/anvil',
  'chains/backfill',
  'projections/killed',
  'adapters/event-store/postgres-log',
  'chains/reorgs',
  'chains/payout-nonces',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Those need a server: vitest.eventstoredb.config.ts.
    exclude: [...configDefaults.exclude, 'test/eventstoredb/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Long, and reached only by what hangs: a busy machine makes nothing fail that is right.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Many tests wait for blocks, restarts and what never answers, so there are more than a small
    // machine has cores; each has imports of its own to do.
    maxWorkers: 5,
    isolate: false,
    // A worker lives for a minute, two cores are shared by all: what is optimised early hardly pays
    // for that, and helpers of the collector only take turns with it.
    execArgv: ['--interrupt-budget=500000', '--min-semi-space-size=16', '--single-threaded-gc'],
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
  },
});
