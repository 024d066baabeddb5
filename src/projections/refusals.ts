import { CheckpointMoved, ProjectionStopped, Superseded } from './checkpoint.ts';
import type { LogEvent } from './log-event.ts';

/**
 * Classes of SQLSTATE that say something of the rows, or of the statement: sending the same again
 * can't mend it. All others pass: connections, locks, space, somebody who ends the server.
 */
const OF_THE_CHECKPOINT = [CheckpointMoved, ProjectionStopped, Superseded];
const OF_THE_ROWS = ['0A', '21', '22', '23', '26', '42', '44', '54', 'P0'];

/** Whether it was what was written that Postgres, or making it, failed on. */
export function isRefusal(error: unknown): boolean {
  if (OF_THE_CHECKPOINT.some((kind) => error instanceof kind)) return false;
  const code = (error as { code?: unknown } | null)?.code;
  // The driver's own errors would have broken the connection too, and then this isn't asked.
  if (typeof code !== 'string') return true;
  return code.length === 5 && OF_THE_ROWS.some((start) => code.startsWith(start));
}

/** An event that could not be applied. */
export class Inapplicable extends Error {
  override readonly name = 'Inapplicable';
  readonly projected: LogEvent;
  constructor(projected: LogEvent, cause: unknown) {
    const { stream, revision, position } = projected;
    super(`${stream} ${revision} at '${position}': ${sentenceOf(cause)}`, { cause });
    this.projected = projected;
  }
}

const MOST_CHARS = 500;

/** For people: what went wrong, without what may be secret in values. */
export function sentenceOf(error: unknown): string {
  return String(error instanceof Error ? `${error.name}: ${error.message}` : error).slice(
    0,
    MOST_CHARS,
  );
}
