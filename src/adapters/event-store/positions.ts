import { type Position, START } from '../../event-store.ts';

const ZEROS = '0'.repeat(16);
const FORM = /^\d{16}$/;

const LAST_DIGITS = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(3, '0'));
/** What stands before them: the same for many positions in a row. */
let before = { thousands: 0, text: ZEROS.slice(3) };

/** Zero-padded, so that it sorts as text. The first event of a log has number 1. */
export function formatPosition(number: number): Position {
  if (number === 0) return START;
  const thousands = Math.floor(number / 1_000);
  if (thousands !== before.thousands) {
    before = { thousands, text: String(thousands).padStart(13, '0') };
  }
  return `${before.text}${LAST_DIGITS[number - thousands * 1_000]}`;
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
