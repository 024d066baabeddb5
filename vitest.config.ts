import { configDefaults, defineConfig } from 'vitest/config';

/** Processes killed and started again by the dozen: `npm run test:endurance`, which CI runs too. */
export const ENDURANCE = [
  'test/endurance/**/*.test.ts',
  'test/adapters/postgres/embedded.test.ts',
  'test/adapters/event-store/postgres-restart.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...ENDURANCE],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for blocks and restarts, so there are more workers than cores.
    maxWorkers: 4,
    isolate: false,
    reporters: ['default'],
  },
});
