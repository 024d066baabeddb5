import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Dozens of processes killed and started again: `npm run test:endurance`, which CI runs too.
    exclude: [...configDefaults.exclude, 'test/endurance/**'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for blocks and restarts, so there are more workers than cores.
    maxWorkers: 4,
    isolate: false,
    reporters: ['default'],
  },
});
