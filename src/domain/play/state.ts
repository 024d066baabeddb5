import type { Exclusion } from '../player/exclusions.ts';
import { type Counter, type Counters, copyOfCounters, noCounters } from './counters.ts';
import type { Limit } from './limits.ts';
import { liveUntil, type Session } from './sessions.ts';

/**
 * The part of an account's state that says whether its player may bet. Small whatever happens: a
 * few sessions, three kinds of exclusion, one limit for each kind, period and source, and counters
 * of the periods that run.
 */
export interface PlayState {
  /** Oldest first. */
  readonly sessions: Session[];
  /** Up to here the counters hold the time that was played. */
  playedToMs: number;
  exclusions: readonly Exclusion[];
  /** In the order of kinds, periods and sources. */
  limits: readonly Limit[];
  readonly counters: Counters;
}

export const initialPlay = (): PlayState => ({
  sessions: [],
  playedToMs: 0,
  exclusions: [],
  limits: [],
  counters: noCounters(),
});

/** One to try things on, that leaves this one as it is. */
export function copyOfPlay(play: PlayState): PlayState {
  const { sessions, playedToMs, exclusions, limits, counters } = play;
  return {
    sessions: sessions.map((session) => ({ ...session })),
    playedToMs,
    exclusions,
    limits,
    counters: copyOfCounters(counters),
  };
}

/**
 * How long was played in a period that began at `startMs`, up to now. While sessions overlap, their
 * time counts once.
 */
export function playedMs(
  { sessions, playedToMs }: PlayState,
  counted: Counter,
  startMs: number,
  nowMs: number,
): number {
  const before = counted.startMs >= startMs ? counted.sessionMs : 0;
  const since = Math.min(nowMs, liveUntil(sessions)) - Math.max(playedToMs, startMs);
  return before + Math.max(0, since);
}
