#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';

const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const { version, description } = JSON.parse(manifest) as { version: string; description: string };

// Each subcommand loads what it needs itself: help and a refusal need nothing.
const program = new Command('countinghouse')
  .description(`${description}.`)
  .version(version)
  .showHelpAfterError();

program
  .command('serve')
  .description('Run the service: the API and whatever else PARTS names, until Ctrl-C.')
  .addHelpText('after', '\nEverything is set by environment variables; README.md lists them.')
  .action(async () => (await import('./serve.ts')).serve());

program
  .command('demo')
  .description('A deposit, bets and a withdrawal on a local Ethereum node, told step by step.')
  .option('--once', 'end when all is proven, instead of leaving the service up')
  .option('--data-dir <path>', 'where the ledger and the chain are kept between runs', '.data')
  .option('--port <number>', 'for the API; another is taken when it is busy', '8080')
  .option('--event-store <name>', 'postgres, or esdb://... for a log in EventStoreDB')
  .option('--block-seconds <number>', 'how often the local chain has a block', '1')
  .action(async (options) => (await import('./demo/demo.ts')).runDemo(options));

program
  .command('verify')
  .description('Build every read model again from event 1 and compare it with the live one.')
  .addHelpText('after', '\nIt reads the database of DATABASE_URL, or else the one in DATA_DIR.')
  .action(async () => (await import('./verify.ts')).verify());

program
  .command('export')
  .description('Write the journal to the standard output, for a spreadsheet or for hledger.')
  .requiredOption('--format <name>', 'csv or hledger')
  .option('--as-of <point>', 'a position or a time in UTC; otherwise all that the read model has')
  .option('--brand <name>', "only events of this brand's players")
  .addHelpText('after', '\nIt reads the database of DATABASE_URL, or else the one in DATA_DIR.')
  .action(async (options) => (await import('./export.ts')).exportJournal(options, process.stdout));

program
  .command('rebuild <name>')
  .description('Build a read model again from event 1, beside the live one, and let it take over.')
  .option('--even-if-different', 'let it take over also when its rows differ from the live ones')
  .option('--drop-old', 'build nothing: drop what earlier rebuilds left behind')
  .addHelpText('after', '\nWhere it was stopped it goes on. Readers and writers notice nothing.')
  .action(async (name, options) => (await import('./rebuild.ts')).rebuildReadModel(name, options));

const parked = program
  .command('parked')
  .description('List the keys that wait because an event of theirs could not be applied.')
  .action(async () => (await import('./parked.ts')).showParked());

parked
  .command('retry [read-model] [key]')
  .description('Apply what waits, in order; all of it where nothing is named.')
  .action(async (name, key) => (await import('./parked.ts')).retryParkedKeys(name, key));

program
  .command('risk')
  .description('Work on the rules of risk.')
  .command('replay')
  .description('Go over the whole log with other rules and say what would have been different.')
  .requiredOption('--rules <file>', 'a rule set as JSON; docs/risk-rules.md says how it is written')
  .option('--examples <number>', 'how many differences are shown, the greatest first', '10')
  .option('--all', 'show every difference')
  .addHelpText('after', '\nNothing is published, and the live read model is not touched.')
  .action(async (options) => (await import('./risk-replay.ts')).replayRisk(options));

program
  .command('log')
  .description('Work on the log as a whole.')
  .command('copy')
  .description('Copy every event from one log to another, in order; goes on where it stopped.')
  .requiredOption('--from <store>', 'postgres, postgres://... or esdb://...')
  .requiredOption('--to <store>', 'the same; it must be empty, or the beginning of such a copy')
  .option('--from-namespace <name>', 'only the streams of this namespace, without it')
  .option('--to-namespace <name>', 'where the target keeps several ledgers')
  .addHelpText('after', '\nNothing may append to either log meanwhile. Positions change.')
  .action(async (options) => (await import('./copy-log.ts')).copyLogs(options));

const SAID_IN_A_SENTENCE = new Set([
  ...['ConfigError', 'WrongChain', 'DemoError', 'StoreUnavailable'],
  ...['CopyRefused', 'ExportRefused', 'PastRefused', 'NotYetThere'],
  ...['RebuildRefused', 'Interrupted', 'RiskRulesError'],
]);

program.parseAsync().catch((error: unknown) => {
  // What a person can mend is said in a sentence; a defect shows where it is.
  const known = error instanceof Error && SAID_IN_A_SENTENCE.has(error.name);
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
