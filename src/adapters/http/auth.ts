import { hash, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Role } from '../../config/api-keys.ts';
import { Problem } from './problems.ts';
import { type SignedParts, type Signer, signer } from './signature.ts';

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

const digest = (text: string) => hash('sha256', text, 'buffer');

/** Stands in for a key that isn't there, so that the work, and so the time, is the same. */
const NOBODY: ApiKey = { id: '', role: 'auditor', secret: digest('nobody').toString('hex') };

export function authenticator(keys: readonly ApiKey[], windowSeconds: number): Authenticator {
  const byId = new Map(keys.map((key) => [key.id, keyed(key)]));
  if (byId.size !== keys.length) throw new TypeError('an API key id stands twice');
  const nobody = keyed(NOBODY);
  const find = (id: string, isGame: boolean): Keyed => {
    const key = byId.get(id);
    const isRight = key !== undefined && (key.caller.role === 'game-service') === isGame;
    return isRight ? key : nobody;
  };
  return {
    bearer({ keyId, secret }) {
      const key = find(keyId, false);
      const given = digest(secret);
      const fits = key.digests.some((live) => timingSafeEqual(live, given));
      if (!fits || key === nobody) throw new Problem('unauthenticated');
      return key.caller;
    },
    signed({ keyId, timestamp, signature }, request, nowMs) {
      const key = find(keyId, true);
      const { method, path, body } = request;
      const parts = { timestamp, method, path, body };
      const given = Buffer.from(signature);
      const fits = key.signers.some((sign) => timingSafeEqual(Buffer.from(sign(parts)), given));
      if (!fits || key === nobody) throw new Problem('signature-invalid');
      if (Math.abs(nowMs / 1000 - Number(timestamp)) > windowSeconds) {
        throw new Problem('signature-stale');
      }
      return key.caller;
    },
  };
}

/** What of a key's two live secrets can be worked out before anybody shows one. */
interface Keyed {
  readonly caller: Caller;
  readonly digests: readonly Buffer[];
  readonly signers: readonly Signer[];
}

/** With one secret it stands twice: whatever fits none costs the same, whoever it claims to be. */
function keyed({ id, role, provider, secret, nextSecret = secret }: ApiKey): Keyed {
  const secrets = [secret, nextSecret];
  return {
    caller: { keyId: id, role, provider: provider ?? null },
    digests: secrets.map(digest),
    signers: secrets.map(signer),
  };
}
