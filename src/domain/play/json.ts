import type { Counter, Counters } from './counters.ts';
import type { Limit } from './limits.ts';
import { initialPlay, type PlayState } from './state.ts';

const textOf = (value: bigint | null) => (value === null ? null : `${value}`);
const amountOf = (text: string | null) => (text === null ? null : BigInt(text));

const counterToJson = ({ stakes, loss, deposits, ...rest }: Counter) => ({
  ...rest,
  stakes: `${stakes}`,
  loss: `${loss}`,
  deposits: `${deposits}`,
});

const limitToJson = ({ value, next, ...rest }: Limit) => ({
  ...rest,
  value: textOf(value),
  next: textOf(next),
});

export type PlayJson = ReturnType<typeof playToJson>;

/** For the archive: JSON has no whole numbers of this size, so amounts are text. */
export const playToJson = ({ sessions, playedToMs, exclusions, limits, counters }: PlayState) => ({
  sessions: sessions.map((session) => ({ ...session })),
  playedToMs,
  exclusions: exclusions.map((exclusion) => ({ ...exclusion })),
  limits: limits.map(limitToJson),
  counters: counters.map(counterToJson),
});

/** Undefined from an archive that was written before there were play rules. */
export function playFromJson(json: PlayJson | undefined): PlayState {
  if (json === undefined) return initialPlay();
  const [day, week, month] = json.counters.map(({ stakes, loss, deposits, ...rest }) => ({
    ...rest,
    ...{ stakes: BigInt(stakes), loss: BigInt(loss), deposits: BigInt(deposits) },
  }));
  if (!day || !week || !month) throw new TypeError('three periods are counted');
  const counters: Counters = [day, week, month];
  const limits = json.limits.map(({ value, next, ...rest }) => ({
    ...rest,
    ...{ value: amountOf(value), next: amountOf(next) },
  }));
  return { ...json, limits, counters };
}
