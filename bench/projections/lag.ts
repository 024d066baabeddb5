import { realSystem } from '../../src/adapters/system.ts';
import type { EventStore, Position } from '../../src/event-store.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { type ProjectionRun, startProjections } from '../../src/projections/runner.ts';
import { type BenchOptions, type BenchResult, figuresOf } from '../bench.ts';
import { playerOf, roundOf, transactionOf } from '../engine/bets.ts';
import { type ExampleLog, exampleLog } from '../engine/example-log.ts';
import { seedStore } from '../engine/seeding.ts';
import { Latencies } from '../latencies.ts';
import { openSides } from './sides.ts';

const EVENTS_PER_SECOND = 5_000;
const BATCH_EVENTS = 50;
const ACCOUNTS = 1_000;
const LOOK_MS = 2;
const MOST_MS = 250;

interface Sent {
  readonly at: number;
  readonly position: Position;
}

/** From when an append is made until every read model answers with it. */
export async function measureLag(url: string, { quick, say }: BenchOptions): Promise<BenchResult> {
  const seconds = quick ? 4 : 20;
  say(`live: ${EVENTS_PER_SECOND} events/s for ${seconds} s`);
  const sides = await openSides(url);
  const { store, pool } = sides;
  await seedStore(store, ACCOUNTS);
  const ending = new AbortController();
  const { signal } = ending;
  const errors: unknown[] = [];
  const onError = (_: string, error: unknown) => void errors.push(error);
  // Their deposits were never detected: the seed is of accounts alone.
  const shown = PROJECTIONS.filter(({ name }) => name !== 'deposits');
  const runs = startProjections(shown, { store, pool, system: realSystem, signal, onError });
  const head = await store.head();
  while (!runs.every(isAt(head))) await realSystem.sleep(LOOK_MS);
  const waiting: Sent[] = [];
  const lags = new Latencies();
  let isOver = false;
  const looking = look(runs, waiting, lags, () => isOver);
  const sent = await write(store, await exampleLog(), seconds, waiting);
  isOver = true;
  await looking;
  ending.abort();
  await Promise.all(runs.map(({ ended }) => ended));
  await sides.close();
  const p99 = lags.quantile(0.99);
  return {
    ratios: [
      {
        name: `live lag p99 in ms at ${EVENTS_PER_SECOND} events/s`,
        ...{ value: p99, gate: MOST_MS, aim: null, bound: 'at most' },
      },
    ],
    figures: figuresOf('Live lag', `${shown.length} read models`, {
      'events/s': [sent / seconds, ''],
      p50: [lags.quantile(0.5), 'ms'],
      p99: [p99, 'ms'],
      'p99.9': [lags.quantile(0.999), 'ms'],
    }),
    checks: [
      {
        name: 'live read models went on',
        ok: errors.length === 0,
        detail: String(errors[0] ?? ''),
      },
    ],
  };
}

const isAt = (position: Position) => (run: ProjectionRun) => run.health().position >= position;

async function look(
  runs: readonly ProjectionRun[],
  waiting: Sent[],
  lags: Latencies,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver() || waiting.length > 0) {
    for (let first = waiting[0]; first && runs.every(isAt(first.position)); first = waiting[0]) {
      lags.add(performance.now() - first.at);
      waiting.shift();
    }
    await realSystem.sleep(LOOK_MS);
  }
}

/** An open loop: who is late sends at once, and what was late counts from when it was due. */
async function write(
  store: EventStore,
  { bet }: ExampleLog,
  seconds: number,
  waiting: Sent[],
): Promise<number> {
  const started = performance.now();
  const betweenMs = (1_000 * BATCH_EVENTS) / EVENTS_PER_SECOND;
  const total = seconds * EVENTS_PER_SECOND;
  const revisions = new Map<number, number>();
  for (let number = 0; number < total; number += BATCH_EVENTS) {
    const due = started + (number / BATCH_EVENTS) * betweenMs;
    const early = due - performance.now();
    if (early > 0) await realSystem.sleep(early);
    const parts = Array.from({ length: BATCH_EVENTS }, (_, index) => {
      const account = 1 + ((number + index) % ACCOUNTS);
      const expectedRevision = revisions.get(account) ?? bet.revision - 1;
      revisions.set(account, expectedRevision + 1);
      const named = (text: string) =>
        text
          .replaceAll(playerOf(0), playerOf(account))
          .replace(`"${transactionOf(0)}"`, `"l${number + index}"`)
          .replace(`"${roundOf(0)}"`, `"l${number + index}"`);
      const { type, data, metadata } = bet;
      const event = { id: realSystem.uuid(), type, data: named(data), metadata };
      return { stream: named(bet.stream), expectedRevision, events: [event] };
    });
    const outcomes = await store.append(parts);
    for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
    const last = outcomes.at(-1);
    if (last?.ok) waiting.push({ at: due, position: last.position });
  }
  return total;
}
