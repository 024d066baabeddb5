import { projectionsNamed, withLedger } from './ledger-beside.ts';
import { Progress } from './progress.ts';
import { dropOld, type Rebuilt, rebuild } from './projections/rebuild.ts';
import { totalOf } from './verify.ts';

export interface RebuildCommand {
  readonly dropOld?: boolean;
  readonly evenIfDifferent?: boolean;
}

/** `countinghouse rebuild <name>`: exit code 1 where the live one stays, because rows differ. */
export async function rebuildReadModel(name: string, options: RebuildCommand): Promise<void> {
  const [projection] = projectionsNamed(name);
  if (projection === undefined) return;
  await withLedger('rebuild', async (ledger) => {
    if (options.dropOld) {
      const dropped = await dropOld(ledger.pool, projection);
      const what = dropped.length === 0 ? 'nothing old was left' : `dropped ${dropped.join(', ')}`;
      process.stdout.write(`${name}: ${what}\n`);
      return;
    }
    const progress = new Progress(process.stderr);
    const rebuilt = await rebuild(projection, {
      ...ledger,
      ...(options.evenIfDifferent ? { evenIfDifferent: true } : {}),
      onProgress: (events, part) =>
        progress.show(`building ${name}`, events, totalOf(events, part)),
    }).finally(() => progress.end());
    process.stdout.write(`${describe(name, rebuilt)}\n`);
    if (!rebuilt.tookOver) process.exitCode = 1;
  });
}

function describe(name: string, { schema, before, events, ...rebuilt }: Rebuilt): string {
  const { compared, notCompared, tookOver } = rebuilt;
  const rows =
    compared === null
      ? `not compared, because ${notCompared}`
      : compared.live === compared.rebuilt
        ? `equal to ${before} at ${compared.position}, ${compared.live}`
        : `DIFFERENT from ${before} at ${compared.position}: ${compared.live} there, ` +
          `${compared.rebuilt} here`;
  const end = tookOver
    ? `${schema} answers now`
    : `${before} still answers; --even-if-different lets ${schema} take over`;
  return `${name}: ${events} events, ${rows}; ${end}`;
}
