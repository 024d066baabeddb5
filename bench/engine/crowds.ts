import {
  type BenchOptions,
  type BenchResult,
  type Figure,
  figuresOf,
  merged,
  type Ratio,
} from '../bench.ts';
import { type DuelResult, drive, duel, type Measured } from '../measure.ts';
import { format } from '../report.ts';
import type { Server } from '../servers.ts';
import { openOurs, openSql, POOL, type Side, type SqlSide } from './sides.ts';

export const ACCOUNTS = 10_000;

interface Crowd {
  readonly callers: number;
  /** All on one account. */
  readonly isHot: boolean;
  readonly gate: number | null;
  readonly aim: number | null;
}

const CROWDS: readonly Crowd[] = [
  { callers: 64, isHot: false, gate: 2.9, aim: 4 },
  { callers: 256, isHot: false, gate: 4, aim: 6 },
  // When most of the code of both sides is compiled: alone it would need half a minute for that.
  { callers: 1, isHot: false, gate: 0.75, aim: 1 },
  { callers: 64, isHot: true, gate: null, aim: null },
  { callers: 256, isHot: true, gate: 18, aim: 35 },
];

/**
 * One caller's rate varies most. And what runs once for each commit is called rarely while crowds
 * share those: it needs a time of its own until it is compiled.
 */
const LONE = { rounds: 5, warmUpSeconds: 1.5 };
/** Sizes that the baseline's pool is tried with, on many accounts. */
const POOLS = [8, 16, 32];
/** What is best on one account; told beside it. */
const HOT_POOL = 2;
/** Beside the one that all bet on. */
const IDLE_ACCOUNTS = 99;

export interface Pace {
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly warmUpSeconds: number;
  readonly tuningSeconds: number;
}

export function paceOf({ quick }: BenchOptions): Pace {
  return quick
    ? { rounds: 3, roundSeconds: 0.4, warmUpSeconds: 0.2, tuningSeconds: 0.2 }
    : { rounds: 7, roundSeconds: 2, warmUpSeconds: 2, tuningSeconds: 1 };
}

const nameOf = ({ callers, isHot }: Crowd) =>
  `${isHot ? 'one account' : `${format(ACCOUNTS)} accounts`}, ${
    callers === 1 ? 'one caller' : `${callers} callers`
  }`;

/** Callers in the process of the engine; the baseline's callers likewise. */
export async function runCrowds(server: Server, options: BenchOptions): Promise<BenchResult> {
  const results: BenchResult[] = [];
  for (const isHot of [false, true]) {
    const crowds = CROWDS.filter((crowd) => crowd.isHot === isHot);
    results.push(await runOnLedgers(server, options, crowds, isHot));
  }
  return merged(results);
}

/** A log and a baseline of their own, which serve one crowd after the other. */
async function runOnLedgers(
  server: Server,
  options: BenchOptions,
  crowds: readonly Crowd[],
  isHot: boolean,
): Promise<BenchResult> {
  const accounts = isHot ? 1 + IDLE_ACCOUNTS : ACCOUNTS;
  const [ours, sql] = await Promise.all([openOurs(server, accounts), openSql(server, accounts)]);
  try {
    const results: BenchResult[] = [];
    // The baseline keeps no account in memory.
    if (!isHot) await eachOnce(ACCOUNTS, ours.bet);
    for (const crowd of crowds) {
      options.say(nameOf(crowd));
      results.push(await runCrowd(ours, sql, paceOf(options), crowd));
    }
    options.say('checking both ledgers');
    const checks = (await Promise.all([ours.check(), sql.check()])).flat();
    const where = isHot ? 'one account' : `${format(ACCOUNTS)} accounts`;
    const named = checks.map((check) => ({ ...check, name: `${where}: ${check.name}` }));
    return merged([...results, { ratios: [], figures: [], checks: named }]);
  } finally {
    await ours.close();
    await sql.close();
  }
}

async function runCrowd(ours: Side, sql: SqlSide, pace: Pace, crowd: Crowd): Promise<BenchResult> {
  const { callers, isHot, gate, aim } = crowd;
  const name = nameOf(crowd);
  const account = isHot ? () => 1 : anyAccount;
  if (callers === 1) await sql.resize(1);
  else if (isHot) await sql.resize(POOL);
  else await sql.tune(POOLS, { callers, seconds: pace.tuningSeconds, account });
  const call = () => sql.bet(account());
  const result = await duel({
    ...{ ...(callers === 1 ? atLeast(pace, LONE) : pace), callers },
    ours: () => ours.bet(account()),
    baseline: call,
  });
  const ratios: Ratio[] = [{ name, value: result.ratio, gate, aim, bound: 'at least' }];
  if (callers === 64 && !isHot) {
    const p99 = { value: result.p99Ratio, gate: 0.5, aim: null, bound: 'at most' } as const;
    ratios.push({ name: `p99 of ${name}`, ...p99 });
  }
  const note = `SQL, pool of ${sql.connections()}`;
  const figures = duelFigures('In one process', name, result, note);
  if (isHot) {
    await sql.resize(HOT_POOL);
    const best = await drive({ callers, seconds: pace.roundSeconds, call });
    const value = result.ours.perSecond / best.perSecond;
    const than = `${name}, against a pool for it alone`;
    ratios.push({ name: than, value, gate: null, aim: null, bound: 'at least' });
    figures.push(...sideFigures('In one process', `${name}: SQL, pool of ${HOT_POOL}`, best));
  }
  return { ratios, figures, checks: [] };
}

const atLeast = (pace: Pace, { rounds, warmUpSeconds }: typeof LONE): Pace => ({
  ...pace,
  rounds: Math.max(pace.rounds, rounds),
  warmUpSeconds: Math.max(pace.warmUpSeconds, warmUpSeconds),
});

export const anyAccount = () => 1 + Math.floor(Math.random() * ACCOUNTS);

const WARMING_CALLERS = 256;

/** All accounts, so that none is cold when the rounds begin. */
export async function eachOnce(
  accounts: number,
  bet: (account: number, caller: number) => Promise<unknown>,
  callers = WARMING_CALLERS,
): Promise<void> {
  let next = 1;
  await drive({ callers, count: accounts, call: (caller) => bet(next++, caller) });
}

export function duelFigures(
  table: string,
  name: string,
  { ours, baseline, ratio }: DuelResult,
  note: string,
): Figure[] {
  return [
    ...sideFigures(table, `${name}: engine`, ours),
    ...figuresOf(table, `${name}: engine`, { ratio: [ratio, ''] }),
    ...sideFigures(table, `${name}: ${note}`, baseline),
  ];
}

function sideFigures(table: string, row: string, measured: Measured): Figure[] {
  const { perSecond, cpuMicros, latencies } = measured;
  return figuresOf(table, row, {
    'commands/s': [perSecond, ''],
    p50: [latencies.quantile(0.5), 'ms'],
    p99: [latencies.quantile(0.99), 'ms'],
    'p99.9': [latencies.quantile(0.999), 'ms'],
    'our CPU': [cpuMicros, 'µs'],
  });
}
