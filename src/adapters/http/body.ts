import { isUtf8 } from 'node:buffer';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './deps.ts';
import { invalidInput, Problem } from './problems.ts';

export const BODY_LIMIT_BYTES = 256 * 1024;

/** Far above what any input here has. */
const DEEPEST = 16;

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * Bodies are kept as bytes until the caller is known, because a signature covers bytes. What is
 * parsed then has text only that the log can keep. Of a member that stands twice the last counts,
 * as JSON.parse has it: the signature covers both, so nobody in between can have added one.
 */
export function keepBytesThenParse(app: Api): void {
  app.decorateRequest('rawBody', null);
  app.removeAllContentTypeParsers();
  // Named beside all others: fastify remembers a type's parser only where it has a name.
  app.addContentTypeParser(['application/json', '*'], { parseAs: 'buffer' }, keep);
}

function keep(
  request: FastifyRequest,
  bytes: string | Buffer,
  done: (error: null, body: undefined) => void,
): void {
  request.rawBody = bytes as Buffer;
  done(null, undefined);
}

/** On the routes that take one. A route's own hooks run after the server's: after the guard's. */
export function parseBodies(app: Api): void {
  app.addHook('onRoute', (route) => {
    if (route.schema?.body === undefined) return;
    route.preValidation = [parse, ...[route.preValidation ?? []].flat()];
  });
}

function parse(request: FastifyRequest, _reply: FastifyReply, next: () => void): void {
  request.body = parseBody(request);
  next();
}

function parseBody({ rawBody, headers }: FastifyRequest): unknown {
  if (rawBody === null || rawBody.length === 0) {
    throw new Problem('malformed-json', 'The body is empty.');
  }
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw new Problem('unsupported-media-type');
  if (!isUtf8(rawBody)) throw new Problem('malformed-json');
  // With the byte order mark kept, so that it is refused like any other stray character.
  const text = rawBody.toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own words quote the body.
    throw new Problem('malformed-json');
  }
  if (SUSPECT.test(text)) checkTree(parsed, []);
  else if (hasMembers(parsed)) checkDepth(parsed, 0);
  return parsed;
}

/**
 * Without one of these a tree has nothing to check but its depth: neither NUL nor half a pair can
 * stand in JSON of whole UTF-8 but as an escape, and a forbidden name only so or as it is. Two of
 * the three names have one part in common: the fewer are sought, the faster.
 */
const SUSPECT = /\\u|proto|constructor/;

/** No call for a text: nearly all that a body holds is one. */
function checkDepth(value: object, depth: number): void {
  for (const member of Object.values(value)) {
    if (depth === DEEPEST) throw tooDeep();
    if (hasMembers(member)) checkDepth(member, depth + 1);
  }
}

const hasMembers = (value: unknown): value is object => typeof value === 'object' && value !== null;

const tooDeep = () => new Problem('malformed-json', 'The body is nested too deeply.');

const NUL = String.fromCharCode(0);
const LONE_SURROGATE = /\p{Surrogate}/u;
const POISON = new Set(['__proto__', 'constructor', 'prototype']);

function checkTree(value: unknown, path: readonly string[]): void {
  if (path.length > DEEPEST) throw tooDeep();
  if (typeof value === 'string') checkText(value, path);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (POISON.has(name)) throw new Problem('malformed-json', 'A member has a forbidden name.');
    checkText(name, path);
    checkTree(member, [...path, name]);
  }
}

function checkText(text: string, path: readonly string[]): void {
  if (!text.includes(NUL) && !LONE_SURROGATE.test(text)) return;
  const message = 'must not hold NUL or half a surrogate pair';
  throw invalidInput([{ field: path.join('.').slice(0, 200) || 'body', message, in: 'body' }]);
}
