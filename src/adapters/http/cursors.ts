import { createHash } from 'node:crypto';
import { invalidInput, type Problem } from './problems.ts';

/**
 * Cursors are opaque and belong to one list with one filter: what a read model gave, with a check
 * over it. One that was cut, made up or taken from another list is refused and never reaches it.
 * The check guards against mistakes; a cursor gives no access to anything, so it needs no secret.
 */
export interface CursorScope {
  readonly list: string;
  readonly filter: Readonly<Record<string, string | undefined>>;
}

const CHECK_CHARS = 12;
const FORM = /^([A-Za-z0-9_-]{1,400})\.([0-9a-f]{12})$/;

export function encodeCursor(scope: CursorScope, next: string | null): string | null {
  if (next === null) return null;
  const body = Buffer.from(next, 'utf8').toString('base64url');
  return `${body}.${checkOf(scope, body)}`;
}

export function decodeCursor(scope: CursorScope, after: string | undefined): string | null {
  if (after === undefined) return null;
  const [, body, check] = FORM.exec(after) ?? [];
  if (body === undefined || check !== checkOf(scope, body)) throw wrongCursor();
  return Buffer.from(body, 'base64url').toString('utf8');
}

export function wrongCursor(): Problem {
  const message = 'must be the next cursor of an earlier page of this list with the same filter';
  return invalidInput([{ field: 'after', message, in: 'query' }]);
}

function checkOf({ list, filter }: CursorScope, body: string): string {
  const fields = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([list, fields, body]);
  return createHash('sha256').update(text).digest('hex').slice(0, CHECK_CHARS);
}
