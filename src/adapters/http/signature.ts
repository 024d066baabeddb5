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
/** Nearly no request has more to sign; one that has gets bytes of its own. */
const ROOM_BYTES = 4_096;

/**
 * Signs with one secret. RFC 2104 is two hashes over the padded key, and here they are written out:
 * every request needs one, and an Hmac object costs several times that.
 */
export function signer(secret: string): Signer {
  const bytes = Buffer.from(secret);
  const key = Buffer.alloc(BLOCK_BYTES);
  key.set(bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes);
  const inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES);
  inner.set(key.map((byte) => byte ^ 0x36));
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  outer.set(key.map((byte) => byte ^ 0x5c));
  return ({ timestamp, method, path, body }) => {
    const head = `${timestamp}.${method.toUpperCase()}.${path}.`;
    const signed = behind(inner, head, typeof body === 'string' ? Buffer.from(body) : body);
    outer.write(hash('sha256', signed), BLOCK_BYTES, 'hex');
    return hash('sha256', outer);
  };
}

/** The padded key and what is signed: in the key's own bytes, where there is room behind it. */
function behind(inner: Buffer, head: string, body: Uint8Array): Buffer {
  // No character takes more than three bytes.
  if (3 * head.length + body.length > ROOM_BYTES) {
    return Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(head), body]);
  }
  const end = BLOCK_BYTES + inner.write(head, BLOCK_BYTES);
  inner.set(body, end);
  return inner.subarray(0, end + body.length);
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
