import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { httpRequest, textOf } from './http-request.ts';

/**
 * - `pass`: as if it weren't there.
 * - `down`: the connection is cut before anything is forwarded.
 * - `hang`: nothing is forwarded and no answer ever comes.
 * - `error-500`: nothing is forwarded; the answer is an HTTP 500 whose body claims a refusal.
 * - `drop-answer`: forwarded, and the connection is cut when the node has answered: it was done,
 *   and the caller never hears of it.
 * - `rewrite`: `result` replaces what the node answered; it gets undefined if that was an error.
 * - `fail`: nothing is forwarded; the answer is this JSON-RPC error.
 */
export type ProxyMode = { readonly methods?: readonly string[] } & (
  | { readonly kind: 'pass' | 'down' | 'hang' | 'error-500' | 'drop-answer' }
  | {
      readonly kind: 'rewrite';
      readonly result: (method: string, params: unknown, result: unknown) => unknown;
    }
  | { readonly kind: 'fail'; readonly code: number; readonly message: string }
);

export interface JsonRpcProxy {
  readonly url: string;
  /** Assign another to exchange the node. */
  targetUrl: string;
  /** Assign to change it. With `methods`, the others pass; without, it holds for all. */
  mode: ProxyMode;
  /** The method of every request that arrived, in order. Empty it by `calls.length = 0`. */
  readonly calls: string[];
  /** Awaited with every request that arrived, before anything is done with it. */
  onCall: (method: string, params: unknown) => Promise<void> | void;
  stop(): Promise<void>;
}

const callSchema = z.object({ method: z.string(), params: z.unknown() });
type Call = z.infer<typeof callSchema>;

/** Between a client and a JSON-RPC node, on a free port of 127.0.0.1. Batches are not for it. */
export async function startProxy(targetUrl: string): Promise<JsonRpcProxy> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  const port = await listening(server);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const call = callSchema.parse(JSON.parse(body));
    calls.push(call.method);
    await proxy.onCall(call.method, call.params);
    const mode = applicable(proxy.mode, call.method);
    if (mode.kind === 'down') return void request.socket.destroy();
    if (mode.kind === 'hang') return;
    if (mode.kind === 'error-500') {
      const error = { code: -32000, message: 'nonce too low, says a gateway in trouble' };
      return answer(response, 500, JSON.stringify({ ...idOf(body), error }));
    }
    if (mode.kind === 'fail') {
      const error = { code: mode.code, message: mode.message };
      return answer(response, 200, JSON.stringify({ ...idOf(body), error }));
    }
    const { status, text } = await forward(new URL(proxy.targetUrl), request, body);
    if (mode.kind === 'drop-answer') return void request.socket.destroy();
    answer(response, status, mode.kind === 'rewrite' ? rewritten(mode.result, call, text) : text);
  }

  const proxy: JsonRpcProxy = {
    url: `http://127.0.0.1:${port}`,
    targetUrl,
    mode: { kind: 'pass' },
    calls,
    onCall: () => {},
    stop: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
  return proxy;
}

function applicable(mode: ProxyMode, method: string): ProxyMode {
  return mode.methods === undefined || mode.methods.includes(method) ? mode : { kind: 'pass' };
}

function forward(
  target: URL,
  request: IncomingMessage,
  body: string,
): Promise<{ status: number; text: string }> {
  const { authorization } = request.headers;
  return httpRequest(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body,
  });
}

function rewritten(
  result: (method: string, params: unknown, result: unknown) => unknown,
  call: Call,
  text: string,
): string {
  const original = z.looseObject({ result: z.unknown() }).parse(JSON.parse(text));
  const replaced = result(call.method, call.params, original.result);
  return JSON.stringify({ ...idOf(text), result: replaced });
}

function idOf(text: string): { jsonrpc: string; id: unknown } {
  const { id } = z.object({ id: z.unknown() }).parse(JSON.parse(text));
  return { jsonrpc: '2.0', id };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
