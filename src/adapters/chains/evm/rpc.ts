import { ChainUnavailable } from '../../../chain.ts';
import { post } from './post.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** A path segment this long is taken for an API key and kept out of every message. */
const SECRET_SEGMENT_LENGTH = 12;
/** Statuses that speak of the caller or the moment, so that their body decides nothing. */
const UNDECIDED_STATUSES = new Set([401, 403, 407, 408, 429]);

export interface EvmRpcOptions {
  /** http(s); `user:password@` becomes basic authentication. */
  readonly url: string;
  /** For a whole request, from connecting to the last byte. */
  readonly timeoutMs?: number;
}

/** What the node itself answered, when it answered with an error. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  get isMissingMethod(): boolean {
    return (
      this.code === -32601 || /method .*(not|n't) (found|exist|supported|avail)/i.test(this.message)
    );
  }
}

export type RpcAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'failure'; readonly failure: RpcFailure };

/**
 * One Ethereum node over JSON-RPC. Not ethers' JsonRpcProvider: that one leaves the socket of a
 * timed-out request open, repeats a request by itself after a 429, follows redirects, and puts the
 * URL (where API keys live) into its errors. A payment must know how often it was sent.
 */
export class EvmRpc {
  /** Host and port: what messages may show. */
  readonly host: string;
  readonly #url: URL;
  readonly #headers: Record<string, string>;
  readonly #secrets: readonly string[];
  readonly #timeoutMs: number;
  #lastId = 0;

  /** Throws TypeError for what is no http(s) URL, without showing it. */
  constructor(options: EvmRpcOptions) {
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new TypeError(
        'the node URL must be http(s) and well-formed (not shown: it may hold a key)',
      );
    }
    this.host = url.host;
    this.#secrets = secretsOf(url);
    this.#headers = { 'content-type': 'application/json', ...basicAuthentication(url) };
    url.username = '';
    url.password = '';
    this.#url = url;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  /** The result. Throws ChainUnavailable otherwise; its cause is RpcFailure if the node spoke. */
  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    const answer = await this.ask(method, params);
    if (answer.kind === 'result') return answer.result;
    const { failure } = answer;
    throw this.#unavailable(method, `error ${failure.code}: ${failure.message}`, failure);
  }

  /** What the node said, be it an error. Throws ChainUnavailable when it said nothing. */
  async ask(method: string, params: readonly unknown[]): Promise<RpcAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { status, text } = await this.#post(method, { jsonrpc: '2.0', id, method, params });
    if (status >= 500 || UNDECIDED_STATUSES.has(status)) {
      throw this.#unavailable(method, `HTTP status ${status}`);
    }
    const answer = parseJson(text);
    if (answer === undefined || answer.id !== id) {
      throw this.#unavailable(method, `HTTP status ${status} without a JSON-RPC answer`);
    }
    if (isRecord(answer.error)) {
      const { code, message } = answer.error;
      const failure = new RpcFailure(Number(code), this.#redact(String(message)));
      return { kind: 'failure', failure };
    }
    if (status !== 200 || !('result' in answer)) {
      throw this.#unavailable(method, `HTTP status ${status} without a result`);
    }
    return { kind: 'result', result: answer.result };
  }

  async #post(method: string, body: unknown): Promise<{ status: number; text: string }> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const [url, headers] = [this.#url, this.#headers];
      return await post({ url, headers, body: JSON.stringify(body), signal });
    } catch (error) {
      const why = signal.aborted ? `no answer within ${this.#timeoutMs} ms` : 'no connection';
      throw this.#unavailable(method, why, error);
    }
  }

  #unavailable(method: string, why: string, cause?: unknown): ChainUnavailable {
    return new ChainUnavailable(`${method} at ${this.host}: ${why}`, { cause });
  }

  #redact(text: string): string {
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }
}

function secretsOf(url: URL): string[] {
  const segments = url.pathname.split('/').filter((part) => part.length >= SECRET_SEGMENT_LENGTH);
  const raw = [...segments, ...url.searchParams.values(), url.password, url.username];
  return raw.flatMap((text) => [text, decodeURIComponent(text)]).filter((text) => text !== '');
}

function basicAuthentication(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // the parser's own message quotes the body, which is not ours to show
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
