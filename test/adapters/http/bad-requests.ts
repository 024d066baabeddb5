import type { InjectOptions } from 'fastify';
import { signedHeaders } from '../../../src/adapters/http/signature.ts';
import type { ApiKey } from '../../../src/config.ts';
import { badBodies } from './bad-bodies.ts';
import type { Target } from './bad-routes.ts';
import { BAD_TEXT } from './bad-values.ts';
import { KEYS, type Who } from './stage.ts';

export interface BadRequest {
  /** Names the case when it fails. */
  readonly what: string;
  /** The field that is named, should it be called invalid input. */
  readonly field: string | undefined;
  readonly inject: InjectOptions;
}

export interface Draft {
  readonly what: string;
  readonly field?: string;
  readonly method?: string;
  readonly url?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly payload?: string | Buffer;
  /** Instead of the right credentials. */
  readonly credentials?: Record<string, string>;
}

const LEAST = 300;

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** At least 300 requests to a route that nobody may be allowed to make. */
export function badRequests(
  route: string,
  target: Target,
  routes: readonly string[],
  nowMs: number,
): BadRequest[] {
  const [method = '', pattern = ''] = route.split(' ');
  const url = pattern.replace(/:([a-z]+)/g, (_, name) => goodParam(target, name));
  const drafts = [
    ...badCredentials(target, method, url, nowMs),
    ...badHeaders(target),
    ...badParams(target, pattern),
    ...badQueries(target),
    ...badBodies(target.body, goodBody(target)),
    ...badMethods(pattern, routes),
    ...badPaths(url),
  ];
  const random = seeded(route.length * 7919);
  while (drafts.length < LEAST) drafts.push(randomAddress(url, random));
  return drafts.map((draft) => ({
    what: `${route}: ${draft.what}`,
    field: draft.field,
    inject: request(draft, target, method, url, nowMs),
  }));
}

const goodParam = ({ params }: Target, name: string) =>
  encodeURIComponent(params?.[name]?.[0] ?? '');

export const goodBody = ({ body = {} }: Target) =>
  Object.fromEntries(Object.entries(body).map(([name, [good]]) => [name, good]));

function request(
  draft: Draft,
  target: Target,
  goodMethod: string,
  goodUrl: string,
  nowMs: number,
): InjectOptions {
  const method = draft.method ?? goodMethod;
  const url = `${draft.url ?? goodUrl}${draft.query === undefined ? '' : `?${draft.query}`}`;
  const hasBody = method !== 'GET' && target.body !== undefined;
  const payload = draft.payload ?? (hasBody ? JSON.stringify(goodBody(target)) : undefined);
  const own = Object.entries(target.headers ?? {}).map(([name, [good]]) => [name, good]);
  const body = method === 'GET' ? '' : (payload ?? '');
  const credentials = draft.credentials ?? credentialsFor(target.who, method, url, body, nowMs);
  return {
    method: method as 'GET',
    url,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...{ ...Object.fromEntries(own), ...credentials, ...draft.headers },
    },
    ...(payload === undefined ? {} : { payload }),
  };
}

function credentialsFor(
  who: Who | null,
  method: string,
  path: string,
  body: string | Buffer,
  nowMs: number,
): Record<string, string> {
  if (who === null) return {};
  const key: ApiKey = KEYS[who];
  if (key.role === 'game-service') return signedHeaders(key, { method, path, body, nowMs });
  return { authorization: `Bearer ${key.id}.${key.secret}` };
}

function badCredentials({ who, body }: Target, method: string, path: string, nowMs: number) {
  if (who === null) return [];
  const sent = body === undefined ? '' : JSON.stringify(goodBody({ who, body }));
  const sign = (secret: string, at: number, over: object = {}) =>
    signedHeaders({ id: 'acme', secret }, { method, path, body: sent, nowMs: at, ...over });
  const { secret } = KEYS.acme;
  const right = sign(secret, nowMs);
  const bearers = ['', 'Bearer', 'Bearer x', 'Bearer alice.', `Bearer alice.${'x'.repeat(40)}`];
  const wrong: Record<string, string>[] = [
    {},
    ...bearers.map((authorization) => ({ authorization })),
    ...[-400, 400, -86_400, 1e9].map((shift) => sign(secret, nowMs + shift * 1000)),
    ...[sign('wrong', nowMs), sign(KEYS.rival.secret, nowMs), sign(secret, nowMs, { body: 'x' })],
    ...[sign(secret, nowMs, { path: '/v1/other' }), sign(secret, nowMs, { method: 'PUT' })],
    ...['x-key-id', 'x-timestamp', 'x-signature'].map((name) => ({ ...right, [name]: 'x' })),
    { ...right, 'x-signature': right['x-signature'].toUpperCase() },
    { ...right, authorization: `Bearer alice.${KEYS.alice.secret}` },
  ];
  return wrong.map((credentials, index): Draft => ({ what: `credentials ${index}`, credentials }));
}

const BAD_CORRELATIONS = ['', 'é', 'x'.repeat(101), '\u007f', 'a\tb', 'ÿ'.repeat(3)];
const BAD_TYPES = [
  ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'json', 'text/json'],
  ...['multipart/form-data; boundary=x', 'application/json; charset=latin1', 'application/jsonp'],
  ...['application/json, text/plain', 'application/json; charset=utf-16', '*/*', 'application/*'],
];

function badHeaders({ who, headers = {}, body }: Target): Draft[] {
  const correlations = who === null ? [] : BAD_CORRELATIONS;
  const own = Object.entries(headers).flatMap(([name, [, kind]]) =>
    // Bytes that can't be in a header never get past Node.
    BAD_TEXT[kind]
      .filter((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text))
      .map((text) => [name, text]),
  );
  return [
    ...correlations.map((text) => ['x-correlation-id', text]),
    ...(body === undefined ? [] : BAD_TYPES.map((text) => ['content-type', text])),
    ...own,
  ].map(([name = '', text = '']) => ({
    what: `${name}: ${text}`,
    field: name,
    headers: { [name]: text },
  }));
}

const RAW = ['%', '%zz', '%ff', '%c0%ae', '%00', '%2e%2e%2f', '%252e', '%0d%0a', '%ed%a0%80'];

function badParams(target: Target, pattern: string): Draft[] {
  return Object.entries(target.params ?? {}).flatMap(([name, [, kind]]) => {
    const encoded = BAD_TEXT[kind].filter((text) => text !== '.' && text !== '..' && isWhole(text));
    return [...encoded.map(encodeURIComponent), ...RAW].map((text) => ({
      what: `path ${name} = ${text}`,
      field: name,
      url: pattern.replace(/:([a-z]+)/g, (_, each) =>
        each === name ? text : goodParam(target, each),
      ),
    }));
  });
}

/** Without half surrogate pairs, which no URL can carry. */
const isWhole = (text: string) => !/\p{Surrogate}/u.test(text);

const BAD_NAMES = [
  'unknown',
  '__proto__',
  'constructor',
  'waitFor%00',
  'limit%5B%5D',
  'a%5Bb%5D',
  '%20',
];

function badQueries({ query = {} }: Target): Draft[] {
  const named = Object.entries(query).flatMap(([name, kind]) => [
    ...BAD_TEXT[kind].filter(isWhole).map((text) => [name, encodeURIComponent(text)]),
    [name, `a&${name}=b`],
  ]);
  return [...named, ...BAD_NAMES.map((name) => [name, '1'])].map(([name = '', text]) => ({
    what: `query ${name}=${text}`,
    field: decodeURIComponent(name),
    query: `${name}=${text}`,
  }));
}

function badMethods(pattern: string, routes: readonly string[]): Draft[] {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
    .filter((method) => !routes.includes(`${method} ${pattern}`))
    .map((method) => ({ what: `method ${method}`, method }));
}

function badPaths(url: string): Draft[] {
  return ['/', '/x', '%00', '%', '/%2e%2e', '.json', ';a=1', '//', '/..%2f', '%zz'].map(
    (suffix) => ({
      what: `path with ${suffix}`,
      url: `${url}${suffix}`,
    }),
  );
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789%&=+;,/?:@!$\'()*~"<>[]{}|^`\\ é💰';

/** A parameter that no route has, or something below the route, where nothing is. */
function randomAddress(url: string, random: () => number): Draft {
  const length = 1 + Math.floor(random() * 40);
  const letters = [...LETTERS];
  const all = Array.from({ length }, () => letters[Math.floor(random() * letters.length)]);
  const text = encodeURIComponent(all.join(''));
  const name = `q${Math.floor(random() * 1e6)}`;
  if (random() < 0.5) return { what: `query ${name}=${text}`, query: `${name}=${text}` };
  return { what: `path with /${name}${text}`, url: `${url}/${name}${text}` };
}
