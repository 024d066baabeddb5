import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for blocks and restarts, so there are more workers than cores.
    maxWorkers: 4,
    isolate: false,
    reporters: ['default'],
  },
});
