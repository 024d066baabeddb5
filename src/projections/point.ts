import type { Point } from './ledger-reads.ts';

/** Of whichever log. */
const POSITION_FORM = /^([0-9]{16}|[0-9]{20}(-[0-9]{20})?)$/;
/** UTC, in years that Postgres and everybody else agree on. */
const TIME_FORM = /^[12][0-9]{3}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?Z$/;
const SECOND = '2026-01-31T12:00:00'.length;

/** A point of the log from a position or an ISO 8601 time; undefined for any other text. */
export function parsePoint(text: string): Point | undefined {
  if (POSITION_FORM.test(text)) return { position: text };
  return isTime(text) ? { time: text } : undefined;
}

function isTime(text: string): boolean {
  if (!TIME_FORM.test(text)) return false;
  const ms = Date.parse(text);
  // There is no 30th of February, though the parser finds one.
  return !Number.isNaN(ms) && isoSecond(ms) === text.slice(0, SECOND);
}

const isoSecond = (ms: number) => new Date(ms).toISOString().slice(0, SECOND);
