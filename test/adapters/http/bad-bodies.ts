import type { Draft } from './bad-requests.ts';
import type { Target } from './bad-routes.ts';
import { BAD_STRUCTURES } from './bad-structures.ts';
import { BAD_TEXT, type Kind, WRONG_TYPES } from './bad-values.ts';

const MALFORMED = [
  ...['', ' ', '{', '}', '[', '{"a":}', "{'a':1}", '{"a":1,}', 'undefined', 'NaN', 'nul', '"'],
  ...['\u0000', '\uFEFF{}', '{} {}', '{}//x', '/**/{}', '{a:1}', '[1,]', '01', '+1', 'Infinity'],
  ...['{"a":"\n"}', '{"a":"\\x"}', '{"a":1e}', 'true false', '<xml/>', 'a=b&c=d', '{"a"', ']'],
  ...['['.repeat(10_000), `${'['.repeat(10_000)}${']'.repeat(10_000)}`, '{"a":'.repeat(10_000)],
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  'x'.repeat(2_000_000),
  JSON.stringify({ padding: 'x'.repeat(2_000_000) }),
];
const WRONG_ROOTS = ['null', 'true', '1', '"x"', '[]', '{}', '[{}]', '[[]]', '-0', '1e999'];

/** Every field spoiled in every way, and what is no such object at all. */
export function badBodies(body: Target['body'], good: Readonly<Record<string, unknown>>): Draft[] {
  if (body === undefined) return [];
  const spoiled = (what: string, field: string, fields: object): Draft => ({
    what: `body ${what}`,
    field: field.slice(0, 100),
    payload: JSON.stringify({ ...good, ...fields }),
  });
  const fields = Object.entries(body).flatMap(([name, [, kind]]) => [
    ...badValues(kind).map((value) => spoiled(`${name} = ${show(value)}`, name, { [name]: value })),
    ...(DEFAULTED.has(name) || kind === 'optional-external'
      ? []
      : [spoiled(`no ${name}`, name, { [name]: undefined })]),
  ]);
  const poison = (name: string) => JSON.stringify(good).replace('{', `{"${name}":{"admin":true},`);
  const raw = [
    ...[...MALFORMED, ...WRONG_ROOTS, JSON.stringify([good]), JSON.stringify({ input: good })],
    ...['__proto__', 'constructor', 'prototype'].map(poison),
    JSON.stringify(good).replace('{', '{"\\u005f_proto__":{"admin":true},'),
  ].map((payload, index): Draft => ({ what: `raw body ${index}`, payload }));
  const extra = ['provider', 'actor', 'commandId', 'Player', 'amount ', 'x'.repeat(300), '', '💰'];
  const unknown = extra.map((name) => spoiled(`with ${name}`, name || "''", { [name]: 'x' }));
  return [...fields, ...raw, ...unknown];
}

/** May be missing. */
const DEFAULTED: ReadonlySet<string> = new Set([
  ...['brand', 'expiresInSeconds', 'gameKind', 'data', 'quoteDecimals', 'deviceRef', 'networkRef'],
]);
const NULLABLE: ReadonlySet<Kind> = new Set(['optional-external', 'limit-value', 'term']);

function badValues(kind: Kind): unknown[] {
  const none = NULLABLE.has(kind) ? [] : [null];
  const types = WRONG_TYPES.filter((value) => !isGood(kind, value));
  return [...types, ...none, ...BAD_TEXT[kind], ...(BAD_STRUCTURES[kind] ?? [])];
}

/** Of a wrong type for all others. */
const isGood = (kind: Kind, value: unknown) =>
  kind === 'audit-data'
    ? typeof value === 'object' && !Array.isArray(value)
    : kind === 'seconds' && value === 1;

const show = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? 'undefined';
