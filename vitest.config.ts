import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What waits longest goes first, or two cores would idle at the end: a fresh clone has no earlier
 * run to learn the order from.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const LONG = [
  'endurance/kill-under-load',
  'demo/demo',
  'chains/node-faults',
  'adapters/postgres/embedded',
  'service/built',
  'adapters/event-store/postgres-lost-answer',
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
    // Many tests wait for blocks and restarts, so there are more workers than cores.
    maxWorkers: 4,
    isolate: false,
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
  },
});
