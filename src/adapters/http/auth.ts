import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Role } from '../../config/api-keys.ts';
import { Problem } from './problems.ts';
import { type SignedParts, signatureOf } from './signature.ts';

/** Who was authenticated. */
export interface Caller {
  readonly keyId: string;
  readonly role: Role;
  /** Of a game service only. */
  readonly provider: string | null;
}

/** What a request shows of its sender, before any of it is believed. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly keyId: string; readonly secret: string }
  | {
      readonly kind: 'signed';
      readonly keyId: string;
      readonly timestamp: string;
      readonly signature: string;
    };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const BEARER = /^Bearer ([A-Za-z0-9_-]{1,64})\.([\x21-\x7e]{1,300})$/i;
const TIMESTAMP = /^[0-9]{1,12}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** Both kinds at once, or half of one, is none: what was meant must not be guessed. */
export function credentialsOf(headers: Headers): Credentials {
  const { authorization, 'x-key-id': keyId, 'x-timestamp': timestamp } = headers;
  const signature = headers['x-signature'];
  if (keyId !== undefined || timestamp !== undefined || signature !== undefined) {
    const isWhole =
      authorization === undefined &&
      typeof keyId === 'string' &&
      typeof timestamp === 'string' &&
      typeof signature === 'string' &&
      TIMESTAMP.test(timestamp) &&
      SIGNATURE.test(signature);
    return isWhole ? { kind: 'signed', keyId, timestamp, signature } : { kind: 'none' };
  }
  const [, id, secret] = (typeof authorization === 'string' && BEARER.exec(authorization)) || [];
  if (id === undefined || secret === undefined) return { kind: 'none' };
  return { kind: 'bearer', keyId: id, secret };
}

export interface Authenticator {
  /** People's tools. Throws `unauthenticated`, the same for an unknown key and a wrong secret. */
  bearer(credentials: Extract<Credentials, { kind: 'bearer' }>): Caller;
  /**
   * Game services. Throws `signature-invalid`, the same for an unknown key and a wrong signature,
   * and only for a right one `signature-stale`.
   */
  signed(
    credentials: Extract<Credentials, { kind: 'signed' }>,
    request: Omit<SignedParts, 'timestamp'>,
    nowMs: number,
  ): Caller;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Stands in for a key that isn't there, so that the work, and so the time, is the same. */
const NOBODY: ApiKey = { id: '', role: 'auditor', secret: digest('nobody').toString('hex') };

export function authenticator(keys: readonly ApiKey[], windowSeconds: number): Authenticator {
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size !== keys.length) throw new TypeError('an API key id stands twice');
  const find = (id: string, isGame: boolean): ApiKey => {
    const key = byId.get(id);
    return key !== undefined && (key.role === 'game-service') === isGame ? key : NOBODY;
  };
  return {
    bearer({ keyId, secret }) {
      const key = find(keyId, false);
      const given = digest(secret);
      const fits = anySecret(key, (live) => timingSafeEqual(digest(live), given));
      if (!fits || key === NOBODY) throw new Problem('unauthenticated');
      return callerOf(key);
    },
    signed({ keyId, timestamp, signature }, request, nowMs) {
      const key = find(keyId, true);
      const given = Buffer.from(signature, 'hex');
      const fits = anySecret(key, (live) =>
        timingSafeEqual(Buffer.from(signatureOf(live, { timestamp, ...request }), 'hex'), given),
      );
      if (!fits || key === NOBODY) throw new Problem('signature-invalid');
      if (Math.abs(nowMs / 1000 - Number(timestamp)) > windowSeconds) {
        throw new Problem('signature-stale');
      }
      return callerOf(key);
    },
  };
}

/** Whatever fits none costs two trials, also of a key with one: time tells nobody how it failed. */
function anySecret(key: ApiKey, fits: (secret: string) => boolean): boolean {
  return fits(key.secret) || fits(key.nextSecret ?? key.secret);
}

function callerOf({ id, role, provider }: ApiKey): Caller {
  return { keyId: id, role, provider: provider ?? null };
}
