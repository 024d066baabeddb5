/** What canonical JSON may hold: no floats, no undefined, no dates; amounts are strings. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * The one spelling of a value (RFC 8785 for the values allowed here): keys sorted by UTF-16 code
 * unit, no white space. Throws TypeError on what has no exact spelling, so that no event is ever
 * hashed or stored with a rounded number or a hole in it.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new TypeError(`${value} is no safe integer`);
    }
    return String(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const members = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const key of Object.keys(members).sort()) {
      text += `${text === '' ? '' : ','}${canonicalString(key)}:${canonicalJson(members[key])}`;
    }
    return `{${text}}`;
  }
  throw new TypeError(`canonical JSON has no ${typeof value}`);
}

/** Printable ASCII without quote and backslash: nearly every string there is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** One string of it. Throws TypeError for what can't be kept. */
export function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  // Neither UTF-8 nor Postgres can hold these two, so they'd come back as something else.
  if (!text.isWellFormed() || text.includes('\u0000')) {
    throw new TypeError('canonical JSON has no lone surrogates and no NUL');
  }
  return JSON.stringify(text);
}
