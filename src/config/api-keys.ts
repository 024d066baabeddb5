import { z } from 'zod';
import { providerId } from '../domain/ids.ts';

/** `monitor` is for what reads the metrics, and sees no player and no money. */
export const ROLES = ['game-service', 'back-office', 'auditor', 'monitor'] as const;

export type Role = (typeof ROLES)[number];

/** Whoever calls: a game service signs its requests, people's tools carry a bearer key. */
export interface ApiKey {
  readonly id: string;
  readonly role: Role;
  readonly secret: string;
  /**
   * The other live secret while one is replaced: give callers the new one, wait until all of them
   * use it, then make it `secret` and drop this.
   */
  readonly nextSecret?: string | undefined;
  /** The game service's own name, which stands on all that it sends. */
  readonly provider?: string | undefined;
}

/** Keys that production refuses begin so. */
export const DEVELOPMENT_PREFIX = 'dev-';

const MOST_KEYS = 200;

const secret = z.string().min(32, 'must have at least 32 characters').max(256);

// Messages never quote what was given: a secret may stand in the wrong place.
const apiKeySchema = z
  .strictObject(
    {
      /** Stands on events as the actor, and before the dot of a bearer key: so it has no dot. */
      id: z
        .string()
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
          'must be 1 to 64 letters, digits, _ or -, and begin with a letter or digit',
        ),
      role: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }),
      secret,
      nextSecret: secret.optional(),
      provider: providerId.optional(),
    },
    { error: 'must be {id, role, secret, nextSecret?, provider?} and nothing else' },
  )
  .superRefine((key, context) => {
    const isGame = key.role === 'game-service';
    if (isGame && key.provider === undefined) {
      context.addIssue({ code: 'custom', path: ['provider'], message: 'a game-service needs it' });
    }
    if (!isGame && key.provider !== undefined) {
      context.addIssue({ code: 'custom', path: ['provider'], message: 'only for a game-service' });
    }
    if (key.nextSecret === key.secret) {
      const message = 'must differ from secret';
      context.addIssue({ code: 'custom', path: ['nextSecret'], message });
    }
  });

export const apiKeysSchema = z
  .array(apiKeySchema)
  .min(1, 'must have at least one key')
  .max(MOST_KEYS)
  .superRefine((keys, context) => {
    const ids = keys.map(({ id }) => id);
    ids.forEach((id, index) => {
      if (ids.indexOf(id) !== index) {
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'stands twice' });
      }
    });
  });

/** For a laptop: one key of each kind, and two people, because nobody approves alone. */
export function generateDevelopmentKeys(randomSecret: () => string): ApiKey[] {
  const key = (name: string, role: Role) => ({
    id: `${DEVELOPMENT_PREFIX}${name}`,
    role,
    secret: randomSecret(),
  });
  return [
    { ...key('game', 'game-service'), provider: 'acme-games' },
    key('alice', 'back-office'),
    key('bob', 'back-office'),
    key('audrey', 'auditor'),
  ];
}
