import { unreachable } from '../decider.ts';
import { type Exclusion, withNewest } from '../player/exclusions.ts';
import { periodsOf, roll } from './counters.ts';
import type { PlayEvent } from './decide.ts';
import { limitKind, limitSource } from './events.ts';
import { type Limit, type LimitValue, limitOf, valueAt } from './limits.ts';
import { PERIODS } from './periods.ts';
import { remember } from './sessions.ts';
import { type PlayState, playedMs } from './state.ts';

/** What the events of the play rules themselves change. Money is counted in count-money.ts. */
export function evolvePlay(
  play: PlayState,
  event: PlayEvent,
  revision: number,
  timeMs: number,
): void {
  switch (event.type) {
    case 'SessionOpened': {
      const { session: id, provider, tokenHash, expiresAt } = event.data;
      countTime(play, revision, timeMs);
      const expiresAtMs = Date.parse(expiresAt);
      remember(play.sessions, { id, provider, tokenHash, expiresAtMs, closed: false }, timeMs);
      return;
    }
    case 'SessionClosed': {
      countTime(play, revision, timeMs);
      const closed = play.sessions.find(({ id }) => id === event.data.session);
      if (closed) closed.closed = true;
      return;
    }
    case 'LimitSet':
      play.limits = withLimit(play.limits, event.data, timeMs);
      return;
    case 'PlayRestricted': {
      const { kind, until, change } = event.data;
      const untilMs = until === null ? null : Date.parse(until);
      exclude(play, { kind, untilMs, stands: true, change });
      return;
    }
    case 'PlayReleased': {
      const { kind, change } = event.data;
      exclude(play, { kind, untilMs: null, stands: false, change });
      return;
    }
    default:
      unreachable(event);
  }
}

function exclude(play: PlayState, exclusion: Exclusion): void {
  play.exclusions = withNewest(play.exclusions, exclusion);
}

/** Puts the time that was played into the counters, before the sessions change. */
function countTime(play: PlayState, revision: number, timeMs: number): void {
  roll(play.counters, revision, timeMs);
  for (const counted of periodsOf(play.counters)) {
    counted.sessionMs = playedMs(play, counted, counted.startMs, timeMs);
  }
  play.playedToMs = Math.max(play.playedToMs, timeMs);
}

type LimitSet = Extract<PlayEvent, { type: 'LimitSet' }>['data'];

function withLimit(limits: readonly Limit[], set: LimitSet, timeMs: number): readonly Limit[] {
  const { kind, period, source, amount, minutes, effectiveAt } = set;
  const said = amount ?? minutes;
  const value: LimitValue = said === null ? null : BigInt(said);
  const known = limitOf(limits, kind, period, source);
  const others = limits.filter((limit) => limit !== known);
  const atMs = Date.parse(effectiveAt);
  const current = known ? valueAt(known, timeMs) : null;
  const becomes =
    atMs > timeMs
      ? { value: current, next: value, nextAtMs: atMs }
      : { value, next: null, nextAtMs: null };
  if (becomes.value === null && becomes.nextAtMs === null) return others;
  return [...others, { kind, period, source, ...becomes }].sort((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = ({ kind, period, source }: Limit): number =>
  limitKind.options.indexOf(kind) * 100 +
  PERIODS.indexOf(period) * 10 +
  limitSource.options.indexOf(source);
