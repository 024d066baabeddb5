import { calendarAt, dayOf } from './periods.ts';

/** Sums of money, of the account: each grows until it is taken back. */
interface Totals {
  stakes: bigint;
  /** Wins and refunds. */
  won: bigint;
  deposits: bigint;
}

/** The current day, week or month. */
export interface Counter {
  startMs: number;
  /** The first revision of the period: what stands below it belongs to one before. */
  sinceRevision: number;
  sessionMs: number;
  /** The account's totals as they were when it began. */
  readonly before: Totals;
}

/**
 * Totals that run on, and those at each period's beginning: what was played in it is the
 * difference. So a bet changes one number and not six. Where they began is nobody's business.
 */
export interface Counters extends Totals {
  /**
   * The day's number and its first revision, which is the last at which any period began. With
   * these beside the totals, a bet looks at one object: each other is a cache miss of its account.
   */
  today: number;
  todayRevision: number;
  /** All are without a beginning before the first event that counts. */
  readonly day: Counter;
  readonly week: Counter;
  readonly month: Counter;
}

/** In the order of `PERIODS`. */
export const periodsOf = ({ day, week, month }: Counters) => [day, week, month] as const;

/** Money in the smallest unit, of one period. */
export interface Played {
  readonly stakes: bigint;
  /** Stakes less wins and refunds; below zero for whoever won more than was staked. */
  readonly loss: bigint;
  readonly deposits: bigint;
}

const counter = (): Counter => ({
  startMs: 0,
  sinceRevision: 0,
  sessionMs: 0,
  before: { stakes: 0n, won: 0n, deposits: 0n },
});

/** Written out, here as below: what is spread stands apart from the rest, a cache miss more. */
export const noCounters = (): Counters => ({
  stakes: 0n,
  won: 0n,
  deposits: 0n,
  today: 0,
  todayRevision: 0,
  day: counter(),
  week: counter(),
  month: counter(),
});

export function playedIn(totals: Counters, { before }: Counter): Played {
  const stakes = totals.stakes - before.stakes;
  const loss = stakes - (totals.won - before.won);
  return { stakes, loss, deposits: totals.deposits - before.deposits };
}

/**
 * To try things on, that leaves these as they are. Each batch needs one, and V8 takes microseconds
 * for an object in which what is spread stands first.
 */
export function copyOfCounters(counters: Counters): Counters {
  const { stakes, won, deposits, today, todayRevision, day, week, month } = counters;
  return {
    stakes,
    won,
    deposits,
    today,
    todayRevision,
    day: copyOf(day),
    week: copyOf(week),
    month: copyOf(month),
  };
}

const copyOf = ({ startMs, sinceRevision, sessionMs, before }: Counter): Counter => ({
  startMs,
  sinceRevision,
  sessionMs,
  before: { ...before },
});

/** Begins anew whatever period is over. A clock that went back a little stays in the newer one. */
export function roll(counters: Counters, revision: number, timeMs: number): void {
  const today = dayOf(timeMs);
  if (counters.today >= today) return;
  Object.assign(counters, { today, todayRevision: revision });
  const calendar = calendarAt(timeMs);
  const { stakes, won, deposits } = counters;
  for (const [index, counted] of periodsOf(counters).entries()) {
    const startMs = calendar[index]?.startMs ?? 0;
    if (counted.startMs >= startMs) continue;
    Object.assign(counted, { startMs, sinceRevision: revision, sessionMs: 0 });
    Object.assign(counted.before, { stakes, won, deposits });
  }
}

/** Counts in every period that `revision` (of the bet, of the deposit) still belongs to. */
export function count(
  counters: Counters,
  revision: number,
  stakes: bigint,
  won: bigint,
  deposits: bigint,
): void {
  add(counters, stakes, won, deposits);
  if (revision >= counters.todayRevision) return;
  for (const { sinceRevision, before } of periodsOf(counters)) {
    if (revision < sinceRevision) add(before, stakes, won, deposits);
  }
}

/** Writes only what changes: each amount is a new object in an old one. */
function add(totals: Totals, stakes: bigint, won: bigint, deposits: bigint): void {
  if (stakes !== 0n) totals.stakes += stakes;
  if (won !== 0n) totals.won += won;
  if (deposits !== 0n) totals.deposits += deposits;
}
