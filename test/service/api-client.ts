import { createHmac } from 'node:crypto';
import type { ApiKey } from '../../src/config.ts';
import { httpRequest } from '../support/http-request.ts';

export const KEYS = {
  game: {
    id: 'acme',
    role: 'game-service',
    provider: 'acme-games',
    secret: 'acme-secret-of-a-test-that-is-long-enough',
  },
  staff: { id: 'alice', role: 'back-office', secret: 'alice-secret-of-a-test-long-enough' },
  auditor: { id: 'audrey', role: 'auditor', secret: 'audrey-secret-of-a-test-long-enough' },
} as const satisfies Record<string, ApiKey>;

/** For the variable API_KEYS. */
export const API_KEYS = JSON.stringify(Object.values(KEYS));

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * One request with a key's credentials. Throws what the socket throws: then the outcome is unknown.
 */
export async function ask(url: string, key: ApiKey, request: Request): Promise<Reply> {
  const { method = 'GET', path, signal } = request;
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const { status, text } = await httpRequest(`${url}${path}`, {
    method,
    headers: {
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...credentials(key, method, path, body),
    },
    ...(body === '' ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status, body: JSON.parse(text) as Reply['body'] };
}

/** Made by hand, as somebody would who has only read the documentation. */
export function credentials(
  key: ApiKey,
  method: string,
  path: string,
  body: string,
): Record<string, string> {
  if (key.role !== 'game-service') return { authorization: `Bearer ${key.id}.${key.secret}` };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key.secret)
    .update(`${timestamp}.${method}.${path}.${body}`)
    .digest('hex');
  return { 'x-key-id': key.id, 'x-timestamp': timestamp, 'x-signature': signature };
}
