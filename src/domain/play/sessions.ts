/** The right to bet with one game service until it ends. */
export interface Session {
  readonly id: string;
  readonly provider: string;
  readonly tokenHash: string;
  readonly expiresAtMs: number;
  closed: boolean;
}

/** Of one account at a time: one more, and the oldest ends. */
export const MOST_LIVE_SESSIONS = 8;
/** With those that ended, which are told by name until newer ones take their place. */
export const MOST_SESSIONS = 16;

export const isLive = ({ closed, expiresAtMs }: Session, nowMs: number): boolean =>
  !closed && expiresAtMs > nowMs;

/** Until when somebody plays, if nothing happens any more; 0 when nobody does. */
export function liveUntil(sessions: readonly Session[]): number {
  let latest = 0;
  for (const { closed, expiresAtMs } of sessions) {
    if (!closed && expiresAtMs > latest) latest = expiresAtMs;
  }
  return latest;
}

/** Adds one and lets the oldest that ended go. */
export function remember(sessions: Session[], opened: Session, nowMs: number): void {
  sessions.push(opened);
  while (sessions.length > MOST_SESSIONS) {
    const ended = sessions.findIndex((session) => !isLive(session, nowMs));
    sessions.splice(Math.max(ended, 0), 1);
  }
}
