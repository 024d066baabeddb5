/**
 * A terminal's Ctrl-C reaches us and whoever runs us, who may pass it on: what comes so soon after
 * the first is the same one, however many bring it.
 */
const SAME_PRESS_MS = 500;

/** Resolves at the first SIGINT or SIGTERM; a later second one ends the process at once. */
export function untilTold(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        const toldAt = performance.now();
        process.on(signal, () => {
          if (performance.now() - toldAt > SAME_PRESS_MS) process.exit(130);
        });
        resolve(signal);
      });
    }
  });
}
