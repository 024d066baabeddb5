import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createGunzip } from 'node:zlib';

/** Shorter than servers keep an idle connection: one that they just closed would fail a request. */
const IDLE_MS = 4_000;

const OVER_HTTP = {
  request: httpRequest,
  agent: new HttpAgent({ keepAlive: true, timeout: IDLE_MS }),
};
const OVER_HTTPS = {
  request: httpsRequest,
  agent: new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }),
};

export interface Posted {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends it at any time, also in the middle of the answer. */
  readonly signal: AbortSignal;
}

/**
 * Sends once and reads the whole answer; follows nothing. Not `fetch`: a node gives many small
 * answers, and tests on a chain spent a fifth of their time on its streams.
 */
export function post({
  url,
  headers,
  body,
  signal,
}: Posted): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { request, agent } = url.protocol === 'https:' ? OVER_HTTPS : OVER_HTTP;
    const accepting = { 'accept-encoding': 'gzip', 'user-agent': 'countinghouse', ...headers };
    const sending: ClientRequest = request(url, {
      method: 'POST',
      agent,
      headers: accepting,
      signal,
    });
    sending.on('error', reject);
    sending.on('response', (response) => {
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    sending.end(body);
  });
}

function textOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    response.on('error', reject);
    const isPacked = response.headers['content-encoding'] === 'gzip';
    const body = isPacked ? response.pipe(createGunzip()).on('error', reject) : response;
    let text = '';
    body.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    body.on('end', () => resolve(text));
  });
}
