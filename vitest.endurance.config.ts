import { defineConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** What takes longer than a developer waits: many processes killed, at every moment of a payout. */
export default defineConfig({
  test: { ...quick.test, include: ['test/endurance/**/*.test.ts'], exclude: [] },
});
