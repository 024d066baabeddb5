/**
 * The one port through which time, chance and waiting come in. Domain, commands, policies and
 * projections use nothing else for them (a test reads their sources), so that a whole system can
 * run under a seed with a simulated clock.
 */
export interface System {
  /** The wall clock, as milliseconds since 1970. */
  now(): number;
  /** Resolves after the time, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves when all that could run at once has run: no timer, and no measurable time. */
  turn(): Promise<void>;
  /** A fresh lower-case UUID, for what has no business key. */
  uuid(): string;
  /** A fresh secret of 256 random bits that nobody can guess, as 43 characters of base64url. */
  token(): string;
  /** From 0 (inclusive) to 1 (exclusive): for jitter, never for secrets. */
  random(): number;
}

/** ISO 8601 in UTC with milliseconds, the form of every time in an event. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
