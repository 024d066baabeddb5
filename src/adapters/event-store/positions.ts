import { type Position, START } from '../../event-store.ts';

const ZEROS = '0'.repeat(16);
const FORM = /^\d{16}$/;

/** Zero-padded, so that it sorts as text. The first event of a log has number 1. */
export function formatPosition(number: number): Position {
  const digits = String(number);
  return number === 0 ? START : ZEROS.slice(digits.length) + digits;
}

export function parsePosition(position: Position): number {
  if (position === START) return 0;
  const number = Number(position);
  if (FORM.test(position) && Number.isSafeInteger(number)) return number;
  throw new Error(`'${position.slice(0, 40)}' is no position of this log`);
}

/** Each position is the number of an event, so it tells how many there are. */
export const eventsBetween = (after: Position, upTo: Position): number =>
  parsePosition(upTo) - parsePosition(after);
