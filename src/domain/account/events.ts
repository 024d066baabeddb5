import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { brandId, chainId, currencyCode, externalId, playerId, providerId, uuid } from '../ids.ts';
import { amount, amountOrZero } from '../money.ts';

const account = { brand: brandId, player: playerId, currency: currencyCode };
const transaction = { ...account, provider: providerId, transaction: externalId };
const custody = { chain: chainId, address: z.string() };
const withdrawal = { ...account, withdrawal: uuid, amount };

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
  BetDebited: define(
    1,
    z.strictObject({ ...transaction, round: externalId, game: externalId, amount }),
  ),
  /** `bet` is the bet that the provider named, if it named one. */
  WinCredited: define(
    1,
    z.strictObject({
      ...transaction,
      round: externalId,
      game: externalId,
      bet: externalId.nullable(),
      amount,
    }),
  ),
  BetRolledBack: define(
    1,
    z.strictObject({ ...transaction, target: externalId, round: externalId, amount }),
  ),
  /** `receivable` of `amount` was spent and is now owed. */
  WinRolledBack: define(
    1,
    z.strictObject({
      ...transaction,
      target: externalId,
      round: externalId,
      amount,
      receivable: amountOrZero,
    }),
  ),
  /** A rollback came before its target: the late original moves nothing. */
  RollbackTombstoned: define(1, z.strictObject({ ...transaction, target: externalId })),
  RoundClosed: define(1, z.strictObject({ ...transaction, round: externalId })),
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
};

export type AccountEvent = EventOf<typeof accountEvents>;
export type NetworkFee = z.output<typeof networkFee>;
