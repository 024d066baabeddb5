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

/** All that is ever kept of a token, in the log or in memory. Random enough to need no salt. */
export const hashOf = (token: string): string => hash('sha256', token);
