import { Latencies, median } from './latencies.ts';

/** What callers do again and again: each call is made when the caller's last one was answered. */
export type Call = (caller: number) => Promise<unknown>;

export interface Load {
  readonly callers: number;
  /** The loop ends when either is reached; what is under way is awaited and counted. */
  readonly seconds?: number;
  readonly count?: number;
  readonly call: Call;
}

export interface Measured {
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Of this process, for each call: what a busy machine doesn't change. */
  readonly cpuMicros: number;
  readonly latencies: Latencies;
}

/** A closed loop. One call that fails ends it with that failure: a benchmark has no errors. */
export async function drive({ callers, seconds: duration, count, call }: Load): Promise<Measured> {
  if (duration === undefined && count === undefined) throw new TypeError('a load without an end');
  const latencies = new Latencies();
  let left = count ?? Number.POSITIVE_INFINITY;
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const deadline = started + (duration ?? Number.POSITIVE_INFINITY) * 1_000;
  const loop = async (caller: number) => {
    // Once at least: a round that the machine slept through would have no rate at all.
    for (let at = performance.now(); left > 0; ) {
      left--;
      await call(caller);
      const now = performance.now();
      latencies.add(now - at);
      at = now;
      if (now >= deadline) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)));
  } catch (error) {
    left = 0;
    throw error;
  }
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return measured(latencies, seconds, user + system);
}

function measured(latencies: Latencies, seconds: number, cpuMicros: number): Measured {
  const { count } = latencies;
  const perSecond = count / seconds;
  return { count, seconds, perSecond, cpuMicros: cpuMicros / count, latencies };
}

export interface Duel {
  readonly callers: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly warmUpSeconds: number;
  readonly ours: Call;
  readonly baseline: Call;
  /** How many commands one call carries; default 1. */
  readonly commandsPerCall?: { readonly ours: number; readonly baseline: number };
}

export interface DuelResult {
  readonly ours: Measured;
  readonly baseline: Measured;
  /** Ours to the baseline's, in commands per second: the median of the paired rounds. */
  readonly ratio: number;
  /** The same of the 99th percentiles: below 1 is better. */
  readonly p99Ratio: number;
}

/** A B A B …: whatever else the machine does falls on both, and each round is its own witness. */
export async function duel(settings: Duel): Promise<DuelResult> {
  const { callers, rounds, roundSeconds, warmUpSeconds } = settings;
  const perCall = settings.commandsPerCall ?? { ours: 1, baseline: 1 };
  const one = (call: Call, seconds: number) => drive({ callers, seconds, call });
  if (warmUpSeconds > 0) {
    await one(settings.ours, warmUpSeconds);
    await one(settings.baseline, warmUpSeconds);
  }
  const pairs: { readonly ours: Measured; readonly baseline: Measured }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await one(settings.ours, roundSeconds);
    pairs.push({ ours, baseline: await one(settings.baseline, roundSeconds) });
  }
  const factor = perCall.ours / perCall.baseline;
  const p99 = ({ latencies }: Measured) => latencies.quantile(0.99);
  return {
    ours: together(
      pairs.map(({ ours }) => ours),
      perCall.ours,
    ),
    baseline: together(
      pairs.map(({ baseline }) => baseline),
      perCall.baseline,
    ),
    ratio: median(
      pairs.map(({ ours, baseline }) => (factor * ours.perSecond) / baseline.perSecond),
    ),
    p99Ratio: median(pairs.map(({ ours, baseline }) => p99(ours) / p99(baseline))),
  };
}

/** Rates and CPU are of the commands, latencies of the calls that carry them. */
function together(parts: readonly Measured[], commandsPerCall: number): Measured {
  const latencies = new Latencies();
  for (const part of parts) latencies.addAll(part.latencies);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const cpuMicros = parts.reduce((sum, part) => sum + part.cpuMicros * part.count, 0);
  const calls = measured(latencies, seconds, cpuMicros);
  return {
    ...calls,
    count: calls.count * commandsPerCall,
    perSecond: calls.perSecond * commandsPerCall,
    cpuMicros: calls.cpuMicros / commandsPerCall,
  };
}
