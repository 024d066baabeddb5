import type { System } from '../../../system.ts';
import { NoAnswer } from './errors.ts';

/** Our own time limit on what may never settle. What is late is let go, and hurts nobody then. */
export async function within<T>(
  system: System,
  ms: number,
  work: Promise<T>,
  complaint: string,
): Promise<T> {
  const settled = new AbortController();
  const tooLate = system.sleep(ms, settled.signal).then((): never => {
    throw new NoAnswer(`${complaint} within ${ms} ms`);
  });
  // Whichever loses the race may still reject, long after anybody listens.
  tooLate.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    settled.abort();
  }
}
