import { hash } from 'node:crypto';
import { z } from 'zod';

/** What a game service shows with each bet: a secret, so no example is a real one. */
export const sessionToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "must be a session's token, as it was answered")
  .meta({
    description: "The session's token",
    examples: ['Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZWFsLXRva2U'],
  });

const MOST_REMEMBERED = 20_000;
const remembered = new Map<string, string>();

/**
 * All that is ever written of a token. It is random enough to need no salt. Bets show the same one
 * by the hundred, so what it comes to is remembered for a while, in memory alone.
 */
export function hashOf(token: string): string {
  const known = remembered.get(token);
  if (known !== undefined) return known;
  const hashed = hash('sha256', token);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(token, hashed);
  return hashed;
}
