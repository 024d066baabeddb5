import { type Counter, type Counters, periodsOf, playedIn } from './counters.ts';
import type { Limit } from './limits.ts';
import { dayOf } from './periods.ts';
import { initialPlay, type PlayState } from './state.ts';

const textOf = (value: bigint | null) => (value === null ? null : `${value}`);
const amountOf = (text: string | null) => (text === null ? null : BigInt(text));

/** What was played in the period, and nothing of the account's totals: those may begin anew. */
function counterToJson(counters: Counters, counted: Counter) {
  const { startMs, sinceRevision, sessionMs } = counted;
  const { stakes, loss, deposits } = playedIn(counters, counted);
  const amounts = { stakes: `${stakes}`, loss: `${loss}`, deposits: `${deposits}` };
  return { startMs, sinceRevision, sessionMs, ...amounts };
}

const limitToJson = ({ value, next, ...rest }: Limit) => ({
  ...rest,
  value: textOf(value),
  next: textOf(next),
});

type CounterJson = ReturnType<typeof counterToJson>;

/** The totals begin with the month. */
function countersFromJson([day, week, month]: readonly CounterJson[]): Counters {
  if (!day || !week || !month) throw new TypeError('three periods are counted');
  const totals = playedOf(month);
  const counterOf = ({ startMs, sinceRevision, sessionMs, ...amounts }: CounterJson): Counter => {
    const { stakes, won, deposits } = playedOf(amounts);
    const before = {
      stakes: totals.stakes - stakes,
      won: totals.won - won,
      deposits: totals.deposits - deposits,
    };
    return { startMs, sinceRevision, sessionMs, before };
  };
  return {
    ...totals,
    ...{ today: dayOf(day.startMs), todayRevision: day.sinceRevision },
    ...{ day: counterOf(day), week: counterOf(week), month: counterOf(month) },
  };
}

function playedOf(json: Pick<CounterJson, 'stakes' | 'loss' | 'deposits'>) {
  const stakes = BigInt(json.stakes);
  return { stakes, won: stakes - BigInt(json.loss), deposits: BigInt(json.deposits) };
}

export type PlayJson = ReturnType<typeof playToJson>;

/** For the archive: JSON has no whole numbers of this size, so amounts are text. */
export const playToJson = ({ sessions, playedToMs, exclusions, limits, counters }: PlayState) => ({
  sessions: sessions.map((session) => ({ ...session })),
  playedToMs,
  exclusions: exclusions.map((exclusion) => ({ ...exclusion })),
  limits: limits.map(limitToJson),
  counters: periodsOf(counters).map((counted) => counterToJson(counters, counted)),
});

/** Undefined from an archive that was written before there were play rules. */
export function playFromJson(json: PlayJson | undefined): PlayState {
  if (json === undefined) return initialPlay();
  const limits = json.limits.map(({ value, next, ...rest }) => ({
    ...rest,
    ...{ value: amountOf(value), next: amountOf(next) },
  }));
  return { ...json, limits, counters: countersFromJson(json.counters) };
}
