import { type Position, START } from '../../../event-store.ts';

/** As the server counts: bytes of its log, as decimal text (they outgrow a double). */
export interface LogPosition {
  readonly commit: string;
  readonly prepare: string;
}

const DIGITS = 20;
const FORM = /^(\d{20})(?:-(\d{20}))?$/;

/**
 * Zero-padded, so that it sorts as text. The prepare position only follows where it differs, which
 * is in transactions of long ago: all of those stand before the commit that they share.
 */
export function formatPosition({ commit, prepare }: LogPosition): Position {
  const padded = commit.padStart(DIGITS, '0');
  return prepare === commit ? padded : `${padded}-${prepare.padStart(DIGITS, '0')}`;
}

/** Undefined for START. */
export function parsePosition(position: Position): LogPosition | undefined {
  if (position === START) return undefined;
  const [, commit, prepare = commit] = FORM.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new Error(`'${position.slice(0, 50)}' is no position of this log`);
  }
  return { commit: BigInt(commit).toString(), prepare: BigInt(prepare).toString() };
}

/** How much of the log, system events and all, lies between two positions. */
export function bytesBetween(after: Position, upTo: Position): number {
  const byteOf = (position: Position) => BigInt(parsePosition(position)?.commit ?? 0);
  return Number(byteOf(upTo) - byteOf(after));
}
