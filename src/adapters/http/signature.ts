import { createHmac } from 'node:crypto';

export interface SignedParts {
  /** Unix seconds, in decimal. */
  readonly timestamp: string;
  readonly method: string;
  /** As sent, with the query. */
  readonly path: string;
  /** As sent, byte for byte; empty where there is none. */
  readonly body: Uint8Array | string;
}

/** Lower-case hex of HMAC-SHA256 over `<timestamp>.<METHOD>.<path with query>.` and the body. */
export function signatureOf(
  secret: string,
  { timestamp, method, path, body }: SignedParts,
): string {
  return createHmac('sha256', secret)
    .update(`${timestamp}.${method.toUpperCase()}.${path}.`)
    .update(body)
    .digest('hex');
}

/** The headers that a game service sends. */
export function signedHeaders(
  key: { readonly id: string; readonly secret: string },
  request: Omit<SignedParts, 'timestamp'> & { readonly nowMs: number },
): Record<'x-key-id' | 'x-timestamp' | 'x-signature', string> {
  const timestamp = String(Math.floor(request.nowMs / 1000));
  return {
    'x-key-id': key.id,
    'x-timestamp': timestamp,
    'x-signature': signatureOf(key.secret, { ...request, timestamp }),
  };
}
