import { Command } from 'commander';
import type { Bench } from './bench.ts';
import { engineBench } from './engine/bench.ts';
import { projectionsBench } from './projections/bench.ts';
import { passes, render, writeJson } from './report.ts';
import { storesBench } from './stores/bench.ts';

const BENCHES: readonly Bench[] = [engineBench, storesBench, projectionsBench];

interface Options {
  readonly json?: string;
  readonly quick: boolean;
  readonly only?: string;
}

const program = new Command('bench')
  .description('Each claim of speed, side by side with a baseline in the same run.')
  .addHelpText('after', '\nThe exit code is 1 when a gate or a check fails.')
  .showHelpAfterError();

for (const bench of BENCHES) {
  program
    .command(bench.name)
    .description(bench.description)
    .option('--json <file>', 'write the ratios and figures to a file')
    .option('--quick', 'short rounds and small sizes, in less than a minute', false)
    .option('--only <text>', 'only the parts whose name holds the text')
    .action((options: Options) => run(bench, options));
}

async function run(bench: Bench, { json, quick, only }: Options): Promise<void> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1_000).toFixed(1).padStart(6);
  const say = (line: string) => void process.stderr.write(`${seconds()}s  ${line}\n`);
  const result = await bench.run({ quick, say, ...(only === undefined ? {} : { only }) });
  process.stdout.write(`\n${render(result)}\n`);
  if (json !== undefined) await writeJson(json, result);
  const isGood = passes(result);
  process.stdout.write(`\n${isGood ? '✓ every gate and check holds' : '✗ not all holds'}\n`);
  if (!isGood) process.exitCode = 1;
}

await program.parseAsync();
