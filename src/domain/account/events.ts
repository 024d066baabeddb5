import { z } from 'zod';
import { define, type EventOf, type Upcast } from '../event-definition.ts';
import { brandId, chainId, currencyCode, externalId, playerId, providerId, uuid } from '../ids.ts';
import { amount, amountOrZero } from '../money.ts';
import { playEvents } from '../play/events.ts';
import { auditData, gameKind, stakelessReason } from './game-fields.ts';

const account = { brand: brandId, player: playerId, currency: currencyCode };
const transaction = { ...account, provider: providerId, transaction: externalId };
const custody = { chain: chainId, address: z.string() };
const withdrawal = { ...account, withdrawal: uuid, amount };

/** Version 1 of what game services set in motion had neither a kind of game nor data. */
const withData: Upcast = (old) => ({ ...old, data: {} });
/** Nor did a rollback say of which game its target was. */
const ofUnknownGame: Upcast = (old) => ({ ...old, game: null, gameKind: null });
const withKind: Upcast = (old) => ({ ...old, data: {}, gameKind: 'other' });

/** A fee in the chain's own coin, paid out of a wallet of the house. */
const networkFee = z.strictObject({ ...custody, currency: currencyCode, amount });

/** The player's money: everything in `account-<brand>.<player>.<currency>`. */
export const accountEvents = {
  AccountOpened: define(1, z.strictObject(account)),
  /** `repaid` of `amount` went against the receivable, the rest to available. */
  DepositCredited: define(
    1,
    z.strictObject({
      ...account,
      ...custody,
      deposit: z.string(),
      epoch: z.int().min(1),
      asset: z.string(),
      txid: z.string(),
      amount,
      repaid: amountOrZero,
    }),
  ),
  /** The chain took the deposit back. `receivable` of `amount` was spent and is now owed. */
  DepositReversed: define(
    1,
    z.strictObject({
      ...account,
      ...custody,
      deposit: z.string(),
      epoch: z.int().min(1),
      amount,
      receivable: amountOrZero,
    }),
  ),
  /** `session` is null for what was taken before there were sessions. */
  BetDebited: define(
    2,
    z.strictObject({
      ...transaction,
      round: externalId,
      game: externalId,
      gameKind,
      session: externalId.nullable(),
      amount,
      data: auditData,
    }),
    { 1: (old) => ({ ...withKind(old), session: null }) },
  ),
  /** `bet` is the bet that the provider named, if it named one. */
  WinCredited: define(
    2,
    z.strictObject({
      ...transaction,
      round: externalId,
      game: externalId,
      gameKind,
      bet: externalId.nullable(),
      amount,
      data: auditData,
    }),
    { 1: withKind },
  ),
  /** Money for which the player staked nothing; it may belong to a round. */
  StakelessCredited: define(
    1,
    z.strictObject({
      ...transaction,
      reason: stakelessReason,
      round: externalId.nullable(),
      game: externalId.nullable(),
      gameKind,
      amount,
      data: auditData,
    }),
  ),
  /** A rollback's game and kind are its target's; null in those written before they were kept. */
  BetRolledBack: define(
    3,
    z.strictObject({
      ...transaction,
      target: externalId,
      round: externalId,
      game: externalId.nullable(),
      gameKind: gameKind.nullable(),
      amount,
      data: auditData,
    }),
    { 1: withData, 2: ofUnknownGame },
  ),
  /** `receivable` of `amount` was spent and is now owed. */
  WinRolledBack: define(
    3,
    z.strictObject({
      ...transaction,
      target: externalId,
      round: externalId,
      game: externalId.nullable(),
      gameKind: gameKind.nullable(),
      amount,
      receivable: amountOrZero,
      data: auditData,
    }),
    { 1: withData, 2: ofUnknownGame },
  ),
  /** `receivable` of `amount` was spent and is now owed. */
  StakelessRolledBack: define(
    2,
    z.strictObject({
      ...transaction,
      target: externalId,
      reason: stakelessReason,
      game: externalId.nullable(),
      gameKind: gameKind.nullable(),
      amount,
      receivable: amountOrZero,
      data: auditData,
    }),
    { 1: ofUnknownGame },
  ),
  /** A rollback came before its target: the late original moves nothing. */
  RollbackTombstoned: define(
    2,
    z.strictObject({ ...transaction, target: externalId, data: auditData }),
    { 1: withData },
  ),
  RoundClosed: define(2, z.strictObject({ ...transaction, round: externalId, data: auditData }), {
    1: withData,
  }),
  /** The request itself: whatever is needed to open the withdrawal stands here. */
  WithdrawalHeld: define(
    1,
    z.strictObject({
      ...withdrawal,
      asset: z.string(),
      chain: chainId,
      destination: z.string(),
      key: externalId,
    }),
  ),
  /** Back to available. A payout that the chain reverted still cost its fee. */
  HoldReleased: define(
    1,
    z.strictObject({
      ...withdrawal,
      reason: z.enum(['rejected', 'cancelled', 'reverted', 'key-reused']),
      networkFee: networkFee.nullable(),
    }),
  ),
  /** Paid: the held funds left the house. */
  HoldSettled: define(
    1,
    z.strictObject({
      ...withdrawal,
      ...custody,
      txid: z.string(),
      networkFee: networkFee.nullable(),
    }),
  ),
  ...playEvents,
};

export type AccountEvent = EventOf<typeof accountEvents>;
export type NetworkFee = z.output<typeof networkFee>;
