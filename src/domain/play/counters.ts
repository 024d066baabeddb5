import { calendarAt } from './periods.ts';

/** What was played in the current day, week or month. */
export interface Counter {
  startMs: number;
  /** The first revision of the period: what stands below it belongs to one before. */
  sinceRevision: number;
  stakes: bigint;
  /** Stakes less wins and refunds; below zero for whoever won more than was staked. */
  loss: bigint;
  deposits: bigint;
  sessionMs: number;
}

/** Of the day, the week and the month; none before the first event that counts. */
export type Counters = readonly [day: Counter, week: Counter, month: Counter];

const counter = (): Counter => ({
  startMs: 0,
  sinceRevision: 0,
  stakes: 0n,
  loss: 0n,
  deposits: 0n,
  sessionMs: 0,
});

export const noCounters = (): Counters => [counter(), counter(), counter()];

/** Begins anew whatever period is over. A clock that went back a little stays in the newer one. */
export function roll(counters: Counters, revision: number, timeMs: number): void {
  const calendar = calendarAt(timeMs);
  if (counters[0].startMs >= calendar[0].startMs) return;
  for (let index = 0; index < counters.length; index++) {
    const counted = counters[index];
    const startMs = calendar[index]?.startMs ?? 0;
    if (counted === undefined || counted.startMs >= startMs) continue;
    Object.assign(counted, counter(), { startMs, sinceRevision: revision });
  }
}

/** Counts in every period that `revision` (of the bet, of the deposit) still belongs to. */
export function count(
  counters: Counters,
  revision: number,
  stakes: bigint,
  loss: bigint,
  deposits: bigint,
): void {
  for (const counted of counters) {
    if (revision < counted.sinceRevision) continue;
    if (stakes !== 0n) counted.stakes += stakes;
    if (loss !== 0n) counted.loss += loss;
    if (deposits !== 0n) counted.deposits += deposits;
  }
}
