import { EventStoreDbEventStore } from '../../src/adapters/event-store/eventstoredb/store.ts';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import type { Position } from '../../src/event-store.ts';
import { type Bench, type BenchOptions, type BenchResult, figuresOf, merged } from '../bench.ts';
import { median } from '../latencies.ts';
import { drive, duel, type Measured } from '../measure.ts';
import { startServer } from '../servers.ts';
import { bareSide, type Side, storeSide } from './sides.ts';

const IN_FLIGHT = [1, 16, 64, 256];
const EVENTS_PER_APPEND = [1, 10, 100];
/** Whatever the guards cost, the adapter must do this share of what the client alone does. */
const GATE = 0.8;

interface Sides {
  readonly adapter: Side;
  readonly bare: Side;
  readonly postgres: Side;
}

/** Of a pair of rounds, and how long a side is heard alone. */
const lengthsOf = ({ quick }: BenchOptions) =>
  quick
    ? { rounds: 3, roundSeconds: 0.4, warmUpSeconds: 0.2, readEvents: 5_000 }
    : { rounds: 7, roundSeconds: 2, warmUpSeconds: 1, readEvents: 50_000 };

export const storesBench: Bench = {
  name: 'stores',
  description: 'Appends, replay and subscriptions on both stores, beside the bare client.',
  async run(options) {
    const url = process.env.EVENT_STORE_TEST_URL;
    if (!url) throw new Error('EVENT_STORE_TEST_URL must name a running EventStoreDB');
    const server = await startServer();
    const database = await server.database('stores');
    const pool = openPool(database, { max: 10, applicationName: 'bench stores' });
    const postgresStore = await PostgresEventStore.open({ pool, system: realSystem });
    const store = await EventStoreDbEventStore.open({ url, system: realSystem });
    const postgres = storeSide(postgresStore);
    const sides = { adapter: storeSide(store), bare: bareSide(url), postgres };
    const heads = { esdb: await store.head(), postgres: await postgresStore.head() };
    try {
      const results: BenchResult[] = [{ ratios: [], figures: [], checks: [server.durable] }];
      for (const events of EVENTS_PER_APPEND) {
        for (const callers of IN_FLIGHT) {
          const row = `${events} × ${callers} in flight`;
          if (!`append ${row}`.includes(options.only ?? '')) continue;
          options.say(`append ${row}`);
          results.push(await runAppends(sides, row, events, callers, options));
        }
      }
      for (const way of ['replay', 'follow'] as const) {
        if (!way.includes(options.only ?? '')) continue;
        options.say(way);
        results.push(await runReads(sides, way, heads, options));
      }
      return merged(results);
    } finally {
      await Promise.all(Object.values(sides).map((side) => side.close()));
      await pool.end();
      await server.stop();
    }
  },
};

async function runAppends(
  { adapter, bare, postgres }: Sides,
  row: string,
  events: number,
  callers: number,
  options: BenchOptions,
): Promise<BenchResult> {
  const { rounds, roundSeconds, warmUpSeconds } = lengthsOf(options);
  const call = (side: Side) => (caller: number) => side.append(caller, events);
  const { ours, baseline, ratio } = await duel({
    ...{ callers, rounds, roundSeconds, warmUpSeconds },
    ...{ ours: call(adapter), baseline: call(bare) },
  });
  const other = await drive({ callers, seconds: 2 * roundSeconds, call: call(postgres) });
  const figures = [
    ...appendFigures(row, 'adapter', events, ours),
    ...appendFigures(row, 'bare client', events, baseline),
    ...appendFigures(row, 'Postgres', events, other),
  ];
  const name = `append ${row}: adapter to bare client`;
  return { ratios: [ratioOf(name, ratio)], figures, checks: [] };
}

function appendFigures(row: string, side: string, events: number, measured: Measured) {
  const { latencies, perSecond, cpuMicros } = measured;
  return figuresOf('Appends', `${row}, ${side}`, {
    'events/s': [perSecond * events, ''],
    p50: [latencies.quantile(0.5), 'ms'],
    p99: [latencies.quantile(0.99), 'ms'],
    'p99.9': [latencies.quantile(0.999), 'ms'],
    'CPU an event': [cpuMicros / events, 'µs'],
  });
}

async function runReads(
  { adapter, bare, postgres }: Sides,
  way: 'replay' | 'follow',
  heads: { readonly esdb: Position; readonly postgres: Position },
  options: BenchOptions,
): Promise<BenchResult> {
  const { rounds, readEvents } = lengthsOf(options);
  await Promise.all([adapter, postgres].map((side) => fill(side, readEvents)));
  const speed = async (side: Side, after: Position) => {
    const started = performance.now();
    await side[way](after, readEvents);
    return (1_000 * readEvents) / (performance.now() - started);
  };
  const found: [adapter: number, bare: number, postgres: number][] = [];
  for (let round = 0; round <= rounds; round++) {
    const ours = await speed(adapter, heads.esdb);
    const baseline = await speed(bare, heads.esdb);
    // The first round warms everything up.
    if (round > 0) found.push([ours, baseline, await speed(postgres, heads.postgres)]);
  }
  const what = way === 'replay' ? 'replay' : 'catch-up subscription';
  const middle = (side: 0 | 1 | 2) => median(found.map((speeds) => speeds[side]));
  const figures = figuresOf('Reads, events/s', what, {
    adapter: [middle(0), ''],
    'bare client': [middle(1), ''],
    Postgres: [middle(2), ''],
  });
  const ratio = median(found.map(([ours, baseline]) => ours / baseline));
  return { ratios: [ratioOf(`${what}: adapter to bare client`, ratio)], figures, checks: [] };
}

/** There is enough to read, whatever parts ran before. */
async function fill(side: Side, events: number): Promise<void> {
  for (let done = 0; done < events; done += 500) await side.append(1_000_000, 500);
}

function ratioOf(name: string, value: number) {
  return { name, value, gate: GATE, aim: null, bound: 'at least' as const };
}
