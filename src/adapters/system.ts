import { randomBytes, randomUUID } from 'node:crypto';
import type { System } from '../system.ts';

/** The machine's own clock, timers and chance. */
export const realSystem: System = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
  uuid: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
  random: () => Math.random(),
};
