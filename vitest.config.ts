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
  'adapters/postgres/embedded',
  'endurance/backfill-kills',
  'service/built',
  'endurance/payout-crashes',
  'adapters/event-store/postgres-broken-connection',
  'endurance/payout-crashes-sent',
  'adapters/event-store/postgres-lost-answer',
  'adapters/event-store/postgres-restart',
  'adapters/http/bad-input',
  'chains/payout-nonces',
  'chains/payouts',
  'chains/backfill',
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
    // Many tests wait for blocks and restarts, so there is one more than a small machine has cores;
    // each costs four seconds of imports.
    maxWorkers: 3,
    isolate: false,
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
  },
});
