import { z } from 'zod';
import { define } from '../event-definition.ts';
import { brandId, currencyCode, opaqueRef, playerId, providerId, uuid } from '../ids.ts';
import { amountOrZero } from '../money.ts';
import { exclusionKind } from '../player/exclusions.ts';
import { PERIODS } from './periods.ts';

export const limitKind = z.enum(['loss', 'stake', 'deposit', 'session-time']);
export const limitPeriod = z.enum(PERIODS);
/** Who set a limit. Of several for one thing the lowest counts. */
export const limitSource = z.enum(['player', 'house', 'regulator']);

export type LimitKind = z.output<typeof limitKind>;
export type LimitSource = z.output<typeof limitSource>;

const account = { brand: brandId, player: playerId, currency: currencyCode };
const moment = z.iso.datetime({ precision: 3 });
/** Of the player's exclusions the how-manyeth change: what is older changes nothing any more. */
const change = z.int().min(1);

/** What decides whether a player may play; all of it stands in the account's own stream. */
export const playEvents = {
  /** Of the token only a hash is ever written; references are null where none were given. */
  SessionOpened: define(
    2,
    z.strictObject({
      ...account,
      session: uuid,
      provider: providerId,
      tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
      expiresAt: moment,
      deviceRef: opaqueRef.nullable(),
      networkRef: opaqueRef.nullable(),
    }),
    { 1: (old) => ({ ...old, deviceRef: null, networkRef: null }) },
  ),
  /** `displaced`: there were too many, and this was the oldest. */
  SessionClosed: define(
    1,
    z.strictObject({ ...account, session: uuid, reason: z.enum(['closed', 'displaced']) }),
  ),
  /** `amount` of money, `minutes` of session time; both null: no limit from then on. */
  LimitSet: define(
    1,
    z.strictObject({
      ...account,
      kind: limitKind,
      period: limitPeriod,
      source: limitSource,
      amount: amountOrZero.nullable(),
      minutes: z.int().min(0).nullable(),
      effectiveAt: moment,
    }),
  ),
  /** What the player's stream says, so that a bet needs to read no other stream than its own. */
  PlayRestricted: define(
    1,
    z.strictObject({ ...account, kind: exclusionKind, until: moment.nullable(), change }),
  ),
  PlayReleased: define(1, z.strictObject({ ...account, kind: exclusionKind, change })),
};
