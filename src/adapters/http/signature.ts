import { hash } from 'node:crypto';

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
export type Signer = (parts: SignedParts) => string;

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * Signs with one secret. RFC 2104 is two hashes over the padded key, and here they are written out:
 * every request needs one, and an Hmac object costs several times that.
 */
export function signer(secret: string): Signer {
  const bytes = Buffer.from(secret);
  const key = Buffer.alloc(BLOCK_BYTES);
  key.set(bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes);
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  outer.set(key.map((byte) => byte ^ 0x5c));
  return ({ timestamp, method, path, body }) => {
    const head = Buffer.from(`${timestamp}.${method.toUpperCase()}.${path}.`);
    const rest = typeof body === 'string' ? Buffer.from(body) : body;
    outer.write(hash('sha256', Buffer.concat([inner, head, rest])), BLOCK_BYTES, 'hex');
    return hash('sha256', outer);
  };
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
    'x-signature': signer(key.secret)({ ...request, timestamp }),
  };
}
