import { withLedger } from './ledger-beside.ts';
import { Progress } from './progress.ts';
import { PROJECTIONS } from './projections/all.ts';
import { compareWithReplay } from './projections/replay.ts';

/** Prints a line for each read model; a difference ends with exit code 1. */
export async function verify(): Promise<void> {
  await withLedger('verify', async (ledger) => {
    const progress = new Progress(process.stderr);
    for (const projection of PROJECTIONS) {
      const found = await compareWithReplay(projection, {
        ...ledger,
        onProgress: (events, part) => progress.show(projection.name, events, totalOf(events, part)),
      });
      progress.end();
      const { name, events, position, equal, live, replayed } = found;
      const verdict = equal ? `equal, ${live}` : `DIFFERENT: live ${live}, replayed ${replayed}`;
      process.stdout.write(`${name.padEnd(12)} ${events} events, at ${position}: ${verdict}\n`);
      if (!equal) process.exitCode = 1;
    }
  });
}

/** How many events there will have been, from how many were in a part of the way. */
export function totalOf(events: number, part: number): number | null {
  if (part === 0) return null;
  return part >= 1 ? events : Math.max(events, Math.round(events / part));
}
