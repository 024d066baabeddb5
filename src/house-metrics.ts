import type {
  Attributes,
  BatchObservableCallback,
  Meter,
  ObservableGauge,
  ObservableResult,
} from '@opentelemetry/api';
import type { Pool } from 'pg';
import type { Engine } from './commands/engine.ts';
import type { EventStore } from './event-store.ts';
import { PROJECTIONS } from './projections/all.ts';
import type { ProjectionHealth } from './projections/runner.ts';
import { oldestTransactionSeconds, readStatuses } from './projections/status.ts';
import type { System } from './system.ts';

export interface Watched {
  readonly meter: Meter;
  readonly store: EventStore;
  readonly engine: Engine;
  readonly pool: Pool;
  readonly system: System;
  readonly projections: () => readonly ProjectionHealth[];
}

type Gauges = Readonly<Record<string, (health: ProjectionHealth) => number | null | undefined>>;

/** All of it is asked for when somebody reads the metrics, and costs nothing before. */
export function watchHouse(watched: Watched): void {
  watchEngine(watched);
  watchProjections(watched);
  watchPostgres(watched);
}

function watchEngine({ meter, engine }: Watched): void {
  const counters = {
    engine_commands: 'Commands decided in batches, refusals and repeats too',
    engine_batches: 'Batches taken to the log',
    engine_conflicts: 'Parts of batches that were decided on an old state',
  };
  for (const [name, description] of Object.entries(counters)) {
    const key = name.slice('engine_'.length) as 'commands' | 'batches' | 'conflicts';
    meter
      .createObservableCounter(name, { description })
      .addCallback((result) => result.observe(engine.stats()[key]));
  }
  meter
    .createObservableGauge('engine_waiting', { description: 'Commands not answered yet' })
    .addCallback((result) => result.observe(engine.stats().waiting));
}

const whole = (is: boolean) => (is ? 1 : 0);

const GAUGES: Gauges = {
  projection_up: ({ error, isStopped }) => whole(error === null && !isStopped),
  projection_stopped: ({ isStopped }) => whole(isStopped),
  projection_standby: ({ isStandby }) => whole(isStandby),
  projection_last_batch_events: ({ lastCommit }) => lastCommit?.events,
  projection_last_batch_seconds: ({ lastCommit }) => lastCommit && lastCommit.ms / 1_000,
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  projection_up: '1: the last batch went well',
  projection_stopped: '1: it will not go on by itself',
  projection_standby: '1: another process keeps it up to date',
  projection_lag_positions:
    'From its place to the end of the log: events with Postgres, bytes elsewhere',
  projection_lag_seconds:
    'Age of the newest event that it has, while it is not at the end of the log',
  projection_parked_keys: 'Keys that wait because an event of theirs could not be applied',
  projection_last_batch_events: 'Events of the log in the last batch',
  projection_last_batch_seconds: 'From its first event to its commit',
};

function watchProjections(watched: Watched): void {
  for (const [name, read] of Object.entries(GAUGES)) {
    const gauge = gaugeOf(watched.meter, name);
    gauge.addCallback((result) => {
      for (const health of watched.projections()) observe(result, read(health), labels(health));
    });
  }
  watchLag(watched);
}

const gaugeOf = (meter: Meter, name: string): ObservableGauge =>
  meter.createObservableGauge(name, { description: DESCRIPTIONS[name] ?? '' });

/** Of what changes while a runner is quiet, its memory knows nothing: asked for, once for all. */
function watchLag({ meter, store, pool, system, projections }: Watched): void {
  const positions = gaugeOf(meter, 'projection_lag_positions');
  const seconds = gaugeOf(meter, 'projection_lag_seconds');
  const parked = gaugeOf(meter, 'projection_parked_keys');
  const observeAll: BatchObservableCallback = async (result) => {
    const own = new Set(projections().map(({ name }) => name));
    const statuses = await readStatuses(pool, PROJECTIONS, await store.head(), system.now());
    for (const status of statuses.filter(({ name }) => own.has(name))) {
      const { lagPositions, lagSeconds, parkedKeys } = status;
      result.observe(positions, lagPositions, labels(status));
      if (lagSeconds !== null) result.observe(seconds, lagSeconds, labels(status));
      result.observe(parked, parkedKeys, labels(status));
    }
  };
  meter.addBatchObservableCallback(observeAll, [positions, seconds, parked]);
}

type Labelled = Pick<ProjectionHealth, 'name' | 'version'>;

const labels = ({ name, version }: Labelled): Attributes => ({ projection: name, version });

function observe(result: ObservableResult, value: number | null | undefined, of: Attributes): void {
  if (value !== undefined && value !== null && Number.isFinite(value)) result.observe(value, of);
}

function watchPostgres({ meter, pool }: Watched): void {
  const oldest = meter.createObservableGauge('postgres_oldest_transaction_seconds', {
    description: 'How long the oldest open transaction of the database has been open',
  });
  oldest.addCallback(async (result) => {
    result.observe(await oldestTransactionSeconds(pool));
  });
}
