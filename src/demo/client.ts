import { signedHeaders } from '../adapters/http/signature.ts';
import type { ApiKey } from '../config.ts';
import { DemoError } from './narrator.ts';

/** Calls the service's own HTTP API with one key, as an outsider does. */
export class Client {
  readonly #url: string;
  readonly #key: ApiKey;

  constructor(url: string, key: ApiKey) {
    this.#url = url;
    this.#key = key;
  }

  get(path: string): Promise<Record<string, unknown>> {
    return this.#expect([200], 'GET', path);
  }

  /** Throws DemoError unless the answer is a success. */
  post(
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown>> {
    return this.#expect([200, 201], 'POST', path, body, headers);
  }

  /** For an answer that is meant to be a refusal: its problem. */
  refused(status: number, path: string, body: object): Promise<Record<string, unknown>> {
    return this.#expect([status], 'POST', path, body);
  }

  async #expect(
    statuses: readonly number[],
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown>> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...this.#credentials(method, path, text),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    if (statuses.includes(response.status)) return JSON.parse(answer);
    throw new DemoError(`${method} ${path} answered ${response.status}: ${answer}`);
  }

  #credentials(method: string, path: string, body: string): Record<string, string> {
    const { id, secret, role } = this.#key;
    if (role !== 'game-service') return { authorization: `Bearer ${id}.${secret}` };
    return { ...signedHeaders({ id, secret }, { method, path, body, nowMs: Date.now() }) };
  }
}
