import { PROJECTIONS } from '../../src/projections/all.ts';
import { balances } from '../../src/projections/balances/apply.ts';
import { type Bench, type BenchOptions, type BenchResult, figuresOf, merged } from '../bench.ts';
import { collectGarbage } from '../garbage.ts';
import { median } from '../latencies.ts';
import { type Server, startServer } from '../servers.ts';
import { measureLag } from './lag.ts';
import { seedLargeLog, seedLog } from './seeding.ts';
import { build, type Gone, openSides, pagedSelect, pureFold, type Sides } from './sides.ts';
import { measureStorage } from './storage.ts';

/** Each way goes over the whole log, in turn with the others. */
const WAYS: Readonly<Record<string, (sides: Sides) => Promise<Gone>>> = {
  'paged select': pagedSelect,
  'pure fold': pureFold,
  'balances rebuilt': (sides) => build(sides, [balances]),
  'all rebuilt': (sides) => build(sides, PROJECTIONS),
};

/** Of the paged select's rate. */
const GATES: Readonly<Record<string, number>> = {
  'pure fold': 0.9,
  'balances rebuilt': 0.75,
  'all rebuilt': 0.09,
};

const ROUNDS = 5;
/** Takes ten times as long as the others: in a quick run it is measured once. */
const DEAREST = 'all rebuilt';

/**
 * The largest takes ten minutes and 20 GB: only `--only 10,000,000` runs it. Each way goes
 * over it once: the smaller log before it has warmed everything up.
 */
const BY_HAND = 10_000_000;
/** Rates in a log of so many events, to those in the smallest: nothing may grow with it. */
const FLAT = 0.8;

const sizesOf = ({ quick, only }: BenchOptions): readonly number[] =>
  only === nameOf(BY_HAND) ? [100_000, BY_HAND] : quick ? [100_000, 200_000] : [100_000, 1_000_000];

const nameOf = (events: number) => events.toLocaleString('en-US');

export const projectionsBench: Bench = {
  name: 'projections',
  description: 'Read models folded and rebuilt beside a paged select; live lag; bytes a bet.',
  async run(options) {
    const server = await startServer();
    const runs = (part: string) => part.includes(options.only ?? '');
    const isByHand = options.only === nameOf(BY_HAND);
    const results: BenchResult[] = [{ ratios: [], figures: [], checks: [server.durable] }];
    try {
      if (runs('rebuild') || isByHand) results.push(await measureRebuilds(server, options));
      if (runs('live')) results.push(await measureLag(await server.database('live'), options));
      return merged(results);
    } finally {
      await server.stop();
    }
  },
};

async function measureRebuilds(server: Server, options: BenchOptions): Promise<BenchResult> {
  const results: BenchResult[] = [];
  const medians: Record<string, number>[] = [];
  for (const events of sizesOf(options)) {
    options.say(`a log of ${nameOf(events)} events`);
    const url = await server.database(`rebuild ${events}`);
    const sides = await openSides(url);
    await (events === BY_HAND ? seedLargeLog : seedLog)(url, events);
    const { rates, result } = await takeTurns(sides, events, options);
    medians.push(rates);
    results.push(result);
    const isLast = events === sizesOf(options).at(-1);
    if (isLast && events !== BY_HAND) results.push(await measureStorage(sides));
    await sides.close();
    await server.drop(url);
  }
  const [small = {}, large = {}] = medians;
  const growth = ['pure fold', 'balances rebuilt', 'all rebuilt'].map((way) => ({
    name: `${way}: ${sizesOf(options).toReversed().map(nameOf).join(' to ')} events`,
    value: (large[way] ?? 0) / (small[way] ?? 1),
    ...{ gate: options.quick ? null : FLAT, aim: FLAT, bound: 'at least' as const },
  }));
  return merged([...results, { ratios: growth, figures: [], checks: [] }]);
}

/** A B C D A B C D …: a ratio is the median of the rounds. The first warms everything up. */
async function takeTurns(sides: Sides, events: number, { quick, say }: BenchOptions) {
  const rounds: Record<string, number>[] = [];
  const kept: Record<string, unknown> = {};
  const isByHand = events === BY_HAND;
  const last = isByHand ? 1 : ROUNDS;
  for (let round = isByHand ? 1 : 0; round <= last; round++) {
    const rates: Record<string, number> = {};
    for (const [way, run] of Object.entries(WAYS)) {
      if (quick && way === DEAREST && round > 1) continue;
      collectGarbage();
      const started = performance.now();
      const gone = await run(sides);
      rates[way] = (1_000 * events) / (performance.now() - started);
      if (gone.events !== events) throw new Error(`${way} went over ${gone.events} of ${events}`);
      kept[way] = gone.kept;
      if (isByHand) say(`${way} ${nameOf(Math.round(rates[way]))}/s`);
    }
    say(
      Object.entries(rates)
        .map(([way, rate]) => `${way} ${nameOf(Math.round(rate))}/s`)
        .join(', '),
    );
    if (round > 0) rounds.push(rates);
  }
  const middle = (way: string, of: (rate: number, round: Record<string, number>) => number) =>
    median(rounds.flatMap((round) => (round[way] === undefined ? [] : [of(round[way], round)])));
  const rates = Object.fromEntries(
    Object.keys(WAYS).map((way) => [way, middle(way, (rate) => rate)]),
  );
  const cells = Object.fromEntries(
    Object.entries(rates).map(([way, rate]) => [way, [rate, ''] as const]),
  );
  const ratios = Object.entries(GATES).map(([way, gate]) => ({
    name: `${way} to paged select, ${nameOf(events)} events`,
    value: middle(way, (rate, round) => rate / (round['paged select'] ?? 1)),
    ...{ gate, aim: null, bound: 'at least' as const },
  }));
  const figures = figuresOf('Events/s', `${nameOf(events)} events`, cells);
  return { rates, result: { ratios, figures, checks: [] } };
}
