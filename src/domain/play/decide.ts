import { accept, type Decision, refuse, repeat, unreachable } from '../decider.ts';
import type { EventOf } from '../event-definition.ts';
import { rejection } from '../rejections.ts';
import type { CloseSession, OpenSession, PlayCommand, SetLimit } from './commands.ts';
import type { playEvents } from './events.ts';
import { isLower, isPendingAt, limitOf, RAISE_DELAY_MS, valueAt } from './limits.ts';
import { excluded, outOfTime } from './may-play.ts';
import { isoOf } from './periods.ts';
import { isLive, MOST_LIVE_SESSIONS } from './sessions.ts';
import type { PlayState } from './state.ts';

export type PlayEvent = EventOf<typeof playEvents>;

export function decidePlay(
  command: PlayCommand,
  play: PlayState,
  nowMs: number,
): Decision<PlayEvent> {
  switch (command.type) {
    case 'OpenSession':
      return openSession(command, play, nowMs);
    case 'CloseSession':
      return closeSession(command, play, nowMs);
    case 'SetLimit':
      return setLimit(command, play, nowMs);
    case 'HeedExclusion': {
      const { account, exclusion } = command;
      const { kind, change, stands, untilMs } = exclusion;
      const known = play.exclusions.find((each) => each.kind === kind);
      // Whoever was overtaken while it brought this has nothing to say any more.
      if (known !== undefined && known.change >= change) return repeat;
      if (!stands) return accept({ type: 'PlayReleased', data: { ...account, kind, change } });
      const until = untilMs === null ? null : isoOf(untilMs);
      return accept({ type: 'PlayRestricted', data: { ...account, kind, until, change } });
    }
    default:
      return unreachable(command);
  }
}

function openSession(
  { account, session, provider, tokenHash, expiresAtMs, ...used }: OpenSession,
  play: PlayState,
  nowMs: number,
): Decision<PlayEvent> {
  if (play.sessions.some(({ id }) => id === session)) return repeat;
  const refused = excluded(play, nowMs) ?? outOfTime(play, nowMs);
  if (refused !== null) return refuse(refused);
  const opened: PlayEvent = {
    type: 'SessionOpened',
    data: {
      ...{ ...account, session, provider, tokenHash, expiresAt: isoOf(expiresAtMs) },
      ...{ deviceRef: used.deviceRef, networkRef: used.networkRef },
    },
  };
  const live = play.sessions.filter((each) => isLive(each, nowMs));
  const [oldest] = live;
  if (oldest === undefined || live.length < MOST_LIVE_SESSIONS) return accept(opened);
  // A lost answer leaves a session that nobody can use; it must not be in the way of the next.
  const closed: PlayEvent = {
    type: 'SessionClosed',
    data: { ...account, session: oldest.id, reason: 'displaced' },
  };
  return accept<PlayEvent>(closed, opened);
}

function closeSession(
  { account, session, provider }: CloseSession,
  play: PlayState,
  nowMs: number,
): Decision<PlayEvent> {
  const found = play.sessions.find(({ id }) => id === session);
  if (found === undefined) return refuse(rejection('session-not-found', { session }));
  if (provider !== null && found.provider !== provider) {
    return refuse(rejection('session-of-another-provider', { session }));
  }
  if (!isLive(found, nowMs)) return repeat;
  return accept({ type: 'SessionClosed', data: { ...account, session, reason: 'closed' } });
}

/** Lower at once; higher, or none, only when there was time to think again. */
function setLimit(
  { account, kind, period, source, value }: SetLimit,
  { limits }: PlayState,
  nowMs: number,
): Decision<PlayEvent> {
  const known = limitOf(limits, kind, period, source);
  const current = known ? valueAt(known, nowMs) : null;
  const isPending = known !== undefined && isPendingAt(known, nowMs);
  const isRaise = isLower(current, value);
  const stands = isRaise ? isPending && known.next === value : current === value && !isPending;
  if (stands) return repeat;
  const isTime = kind === 'session-time';
  return accept({
    type: 'LimitSet',
    data: {
      ...{ ...account, kind, period, source },
      amount: isTime || value === null ? null : `${value}`,
      minutes: isTime && value !== null ? Number(value) : null,
      effectiveAt: isoOf(isRaise ? nowMs + RAISE_DELAY_MS : nowMs),
    },
  });
}
