import { Agent, type IncomingMessage, request } from 'node:http';

export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const agent = new Agent({ keepAlive: true });

/**
 * One request to 127.0.0.1. A test that sends thousands spends less on each than with `fetch`.
 * Rejects with the socket's own error, which has a `code`.
 */
export function httpRequest(
  url: string | URL,
  { method, headers, body, signal }: Sent,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { agent, method, headers, ...(signal && { signal }) });
    sending.on('error', reject);
    sending.on('response', (response) => {
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    sending.end(body);
  });
}

/** Rejects when the other side ends before it has said all. */
export function textOf(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    message.setEncoding('utf8');
    message.on('data', (piece: string) => {
      text += piece;
    });
    message.on('error', reject);
    message.on('end', () => resolve(text));
  });
}
