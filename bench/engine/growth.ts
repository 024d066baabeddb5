import { type BenchOptions, type BenchResult, figuresOf, merged } from '../bench.ts';
import { median } from '../latencies.ts';
import { drive, duel, type Measured } from '../measure.ts';
import { format } from '../report.ts';
import type { Server } from '../servers.ts';
import { Answers } from './answers.ts';
import { bet } from './bets.ts';
import { checkLog } from './check-log.ts';
import { paceOf } from './crowds.ts';
import { openPostgresHouse } from './house.ts';
import { seedHistory } from './seeding.ts';
import { openOurs, type Side, seededLog } from './sides.ts';

const CALLERS = 64;
/** Accounts that play at the same time, whatever there are besides. */
const PLAYING = 2_000;
const SMALLEST = 10_000;
const MEBIBYTE = 1024 * 1024;

const rss = () => [process.memoryUsage().rss / MEBIBYTE, 'MiB'] as const;

/** What more accounts cost those who play: cold and warm, in turn with the smallest house. */
export async function runAccounts(server: Server, options: BenchOptions): Promise<BenchResult> {
  const larger = options.quick ? [20_000] : [100_000, 1_000_000];
  const smallest = await openHouseOf(server, options, SMALLEST);
  try {
    const results: BenchResult[] = [];
    for (const size of larger) {
      const large = await openHouseOf(server, options, size);
      try {
        const result = await duel({
          ...{ ...paceOf(options), callers: CALLERS },
          ours: () => large.side.bet(large.account()),
          baseline: () => smallest.side.bet(smallest.account()),
        });
        if (size === larger[0]) results.push(rowOf(smallest, result.baseline, 1));
        results.push(rowOf(large, result.ours, result.ratio));
        const checks = await large.side.check();
        const named = checks.map((check) => ({ ...check, name: `${large.name}: ${check.name}` }));
        results.push({ ratios: [], figures: [], checks: named });
      } finally {
        await large.side.close();
      }
    }
    return merged(results);
  } finally {
    await smallest.side.close();
  }
}

interface HouseOf {
  readonly name: string;
  readonly side: Side;
  readonly cold: Measured;
  /** One of those who play. */
  readonly account: () => number;
}

/** All who play bet once; they are spread over all accounts. */
async function openHouseOf(server: Server, options: BenchOptions, size: number): Promise<HouseOf> {
  const name = `${format(size)} accounts`;
  options.say(name);
  const side = await openOurs(server, size);
  const player = (index: number) => (index + 1) * (size / PLAYING);
  let next = 0;
  const call = () => side.bet(player(next++));
  const cold = await drive({ callers: CALLERS, count: PLAYING, call });
  return { name, side, cold, account: () => player(Math.floor(Math.random() * PLAYING)) };
}

function rowOf({ name, cold }: HouseOf, warm: Measured, ratio: number): BenchResult {
  return {
    ratios: [],
    figures: figuresOf('Accounts', name, {
      'cold commands/s': [cold.perSecond, ''],
      'warm commands/s': [warm.perSecond, ''],
      'warm to the smallest': [ratio, ''],
      'p99 warm': [warm.latencies.quantile(0.99), 'ms'],
      rss: rss(),
    }),
    checks: [],
  };
}

/** What an account's own history costs: ready after a start, and warm. */
export async function runHistory(server: Server, options: BenchOptions): Promise<BenchResult> {
  const sizes = options.quick ? [10, 10_000] : [10, 10_000, 1_000_000];
  // One more than are looked at, to warm the connections of each start.
  const url = await seededLog(server, sizes.length + 1);
  const answers = new Answers();
  try {
    for (const [index, events] of sizes.entries()) {
      options.say(`writing the history of ${format(events)} events`);
      await seedHistory(url, index + 1, events);
    }
    const results: BenchResult[] = [];
    for (const [index, events] of sizes.entries()) {
      const long = { url, answers, account: index + 1, other: sizes.length + 1, events };
      results.push(await runLongAccount(options, long));
    }
    const { house, close } = await openPostgresHouse(url);
    const checks = await checkLog(house, answers);
    await close();
    const named = checks.map((check) => ({ ...check, name: `histories: ${check.name}` }));
    return merged([...results, { ratios: [], figures: [], checks: named }]);
  } finally {
    await server.drop(url);
  }
}

interface LongAccount {
  readonly url: string;
  readonly answers: Answers;
  readonly account: number;
  readonly other: number;
  readonly events: number;
}

const STARTS = 3;
/** A start that takes longer is not measured thrice. */
const LONG_START_MS = 3_000;

async function runLongAccount(options: BenchOptions, long: LongAccount): Promise<BenchResult> {
  const { url, answers, account, events } = long;
  const row = `${format(events)} events`;
  options.say(`starts: ${row}`);
  const first = await readyMs(long);
  const later: number[] = [];
  for (let start = 0; start < (first > LONG_START_MS ? 1 : STARTS); start++) {
    later.push(await readyMs(long));
  }
  const { house, close } = await openPostgresHouse(url);
  const { rounds, roundSeconds, warmUpSeconds } = paceOf(options);
  const call = () => bet(house, answers, account);
  await call();
  await drive({ callers: CALLERS, seconds: warmUpSeconds, call });
  const warm = await drive({ callers: CALLERS, seconds: rounds * roundSeconds, call });
  const used = rss();
  await close();
  return {
    ratios: [],
    figures: figuresOf('One account', row, {
      'first start': [first, 'ms'],
      'later starts': [median(later), 'ms'],
      'warm commands/s': [warm.perSecond, ''],
      'p99 warm': [warm.latencies.quantile(0.99), 'ms'],
      rss: used,
    }),
    checks: [],
  };
}

/** From empty memory to the first answer. */
async function readyMs({ url, answers, account, other }: LongAccount): Promise<number> {
  const { house, close } = await openPostgresHouse(url);
  await bet(house, answers, other);
  const started = performance.now();
  await bet(house, answers, account);
  const took = performance.now() - started;
  await close();
  return took;
}
