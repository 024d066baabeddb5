import { configDefaults, defineConfig } from 'vitest/config';
import quick, { ENDURANCE } from './vitest.config.ts';

/** What takes longer than a developer waits: Postgres, service and payer killed at every moment. */
export default defineConfig({
  test: { ...quick.test, include: ENDURANCE, exclude: configDefaults.exclude },
});
