import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { Pool } from 'pg';
import type { Engine } from './commands/engine.ts';
import type { EventStore, Position } from './event-store.ts';
import type { ProjectionHealth } from './projections/runner.ts';
import { oldestTransactionSeconds } from './projections/status.ts';
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
  projection_parked_keys: ({ parkedKeys }) => parkedKeys,
  projection_last_batch_events: ({ lastCommit }) => lastCommit?.events,
  projection_last_batch_seconds: ({ lastCommit }) => lastCommit && lastCommit.ms / 1_000,
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  projection_up: '1: the last batch went well',
  projection_stopped: '1: it will not go on by itself',
  projection_standby: '1: another process keeps it up to date',
  projection_parked_keys: 'Keys that wait because an event of theirs could not be applied',
  projection_last_batch_events: 'Events of the log in the last batch',
  projection_last_batch_seconds: 'From its first event to its commit',
};

function watchProjections({ meter, store, system, projections }: Watched): void {
  for (const [name, read] of Object.entries(GAUGES)) {
    const gauge = meter.createObservableGauge(name, { description: DESCRIPTIONS[name] ?? '' });
    gauge.addCallback((result) => {
      for (const health of projections()) observe(result, read(health), labels(health));
    });
  }
  const positions = meter.createObservableGauge('projection_lag_positions', {
    description: 'From its place to the end of the log: events with Postgres, bytes elsewhere',
  });
  const seconds = meter.createObservableGauge('projection_lag_seconds', {
    description: 'Age of the newest event that it has, while it is not at the end of the log',
  });
  positions.addCallback(async (result) => {
    const head = await store.head();
    for (const health of projections()) {
      observe(result, distance(health.position, head), labels(health));
    }
  });
  seconds.addCallback(async (result) => {
    const head = await store.head();
    for (const health of projections()) {
      observe(result, lagSeconds(health, head, system.now()), labels(health));
    }
  });
}

const labels = ({ name, version }: ProjectionHealth): Attributes => ({ projection: name, version });

function observe(result: ObservableResult, value: number | null | undefined, of: Attributes): void {
  if (value !== undefined && value !== null && Number.isFinite(value)) result.observe(value, of);
}

/** Both stores write a place as digits; their first part counts. */
function distance(from: Position, to: Position): number {
  const place = (position: Position) => Number(position.split('-')[0] || '0');
  return Math.max(0, place(to) - place(from));
}

/** Undefined where nothing was applied yet: then the positions tell. */
function lagSeconds(health: ProjectionHealth, head: Position, nowMs: number): number | undefined {
  if (health.position >= head) return 0;
  const newestAt = health.lastCommit?.newestAt;
  return newestAt ? Math.max(0, (nowMs - Date.parse(newestAt)) / 1_000) : undefined;
}

function watchPostgres({ meter, pool }: Watched): void {
  const oldest = meter.createObservableGauge('postgres_oldest_transaction_seconds', {
    description: 'How long the oldest open transaction of the database has been open',
  });
  oldest.addCallback(async (result) => {
    result.observe(await oldestTransactionSeconds(pool));
  });
}
