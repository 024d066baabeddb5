import { isInForce } from '../player/exclusions.ts';
import { type Rejection, type RejectionCode, rejection } from '../rejections.ts';
import { type Played, periodsOf, playedIn } from './counters.ts';
import type { LimitKind } from './events.ts';
import { type Limit, lowest, valueAt } from './limits.ts';
import { calendarAt, isoOf, PERIODS } from './periods.ts';
import { isLive, type Session } from './sessions.ts';
import { type PlayState, playedMs } from './state.ts';

const MINUTE_MS = 60_000;

/** What of a bet is asked here. */
export interface Stake {
  readonly provider: string;
  /** The hash of the token that it showed. */
  readonly session: string;
  readonly amount: bigint;
}

/**
 * The session in which a bet may be placed, or why it may not. Only bets are ever asked: what a
 * player is owed comes without a session, whatever the limits, and to whoever is excluded too.
 */
export function mayPlay(play: PlayState, stake: Stake, nowMs: number): Session | Rejection {
  const { exclusions, sessions, limits } = play;
  if (exclusions.length > 0) {
    const refused = excluded(play, nowMs);
    if (refused !== null) return refused;
  }
  const found = sessions.find(({ tokenHash }) => tokenHash === stake.session);
  if (found === undefined) return rejection('session-not-found');
  if (found.provider !== stake.provider) return rejection('session-of-another-provider');
  if (found.closed) return rejection('session-closed');
  if (!isLive(found, nowMs)) {
    return rejection('session-expired', { expiredAt: isoOf(found.expiresAtMs) });
  }
  for (const limit of limits) {
    const refused = exceeded(play, limit, stake.amount, nowMs);
    if (refused !== null) return refused;
  }
  return found;
}

/** Null when nothing keeps the player out. */
export function excluded({ exclusions }: PlayState, nowMs: number): Rejection | null {
  for (const exclusion of exclusions) {
    if (!isInForce(exclusion, nowMs)) continue;
    const { kind, untilMs } = exclusion;
    const until = untilMs === null ? {} : { until: isoOf(untilMs) };
    return rejection('player-excluded', { kind, ...until });
  }
  return null;
}

/** Null unless one that counts session time is used up. */
export function outOfTime(play: PlayState, nowMs: number): Rejection | null {
  for (const limit of play.limits) {
    if (limit.kind !== 'session-time') continue;
    const refused = exceeded(play, limit, 0n, nowMs);
    if (refused !== null) return refused;
  }
  return null;
}

/** What is used of a limit in the period that runs: an amount, or milliseconds. */
export function usedOf(play: PlayState, kind: LimitKind, period: number, nowMs: number): bigint {
  const counted = periodsOf(play.counters)[period];
  const startMs = calendarAt(nowMs)[period]?.startMs ?? 0;
  if (counted === undefined) throw new RangeError(`there is no period ${period}`);
  if (kind === 'session-time') return BigInt(playedMs(play, counted, startMs, nowMs));
  return counted.startMs >= startMs ? amountOf(kind, playedIn(play.counters, counted)) : 0n;
}

function amountOf(kind: Exclude<LimitKind, 'session-time'>, played: Played): bigint {
  if (kind === 'stake') return played.stakes;
  return kind === 'loss' ? played.loss : played.deposits;
}

const CODES: Readonly<Record<LimitKind, RejectionCode>> = {
  loss: 'loss-limit-reached',
  stake: 'stake-limit-reached',
  deposit: 'deposit-limit-reached',
  'session-time': 'session-time-limit-reached',
};

/** What a bet would add counts before it is placed; deposits are in, and what is above stops. */
function exceeded(play: PlayState, limit: Limit, amount: bigint, nowMs: number): Rejection | null {
  const value = valueAt(limit, nowMs);
  if (value === null) return null;
  const { kind, period } = limit;
  const index = PERIODS.indexOf(period);
  const used = usedOf(play, kind, index, nowMs);
  const isTime = kind === 'session-time';
  if (isTime) {
    if (used < value * BigInt(MINUTE_MS)) return null;
  } else if ((kind === 'deposit' ? used : used + amount) <= value) return null;
  const counts = lowest(play.limits, kind, period, nowMs);
  return rejection(CODES[kind], {
    period,
    limit: `${counts?.value ?? value}`,
    source: counts?.source ?? limit.source,
    used: `${isTime ? used / BigInt(MINUTE_MS) : used}`,
    resetsAt: isoOf(calendarAt(nowMs)[index]?.endMs ?? nowMs),
  });
}
