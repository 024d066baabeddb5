import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { brandId, chainId, currencyCode, playerId, uuid } from '../ids.ts';
import { amount, amountOrZero } from '../money.ts';

const withdrawal = { withdrawal: uuid };
const block = z.strictObject({ height: z.int().min(0), hash: z.string() });
const mined = { ...withdrawal, txid: z.string(), block, fee: amountOrZero };
/** Why, in a person's words. No names and nothing else that is personal belongs here. */
const reason = z.string().min(1).max(200);

/** From the request to the coin's arrival: everything in `withdrawal-<id>`. */
export const withdrawalEvents = {
  WithdrawalRequested: define(
    1,
    z.strictObject({
      ...withdrawal,
      brand: brandId,
      player: playerId,
      currency: currencyCode,
      asset: z.string(),
      /** Null: the chain's native coin. */
      contract: z.string().nullable(),
      chain: chainId,
      destination: z.string(),
      amount,
      feeCap: amount,
      /** Who asked: never the one who approves. */
      requester: z.string(),
      /** SHA-256 of what an approval binds to. */
      contentHash: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  VerificationChecked: define(
    1,
    z.strictObject({
      ...withdrawal,
      passed: z.boolean(),
      checks: z.array(z.strictObject({ name: z.string(), passed: z.boolean() })),
    }),
  ),
  WithdrawalPutUnderReview: define(
    1,
    z.strictObject({
      ...withdrawal,
      reason: z.enum(['policy', 'verification-failed', 'approval-expired']),
      approvalsRequired: z.int().min(1),
      policyVersion: z.int().min(1),
    }),
  ),
  /** One person's yes. The withdrawal is approved when it has as many as were required. */
  WithdrawalApproved: define(
    1,
    z.strictObject({
      ...withdrawal,
      approver: z.string(),
      contentHash: z.string(),
      approvals: z.int().min(1),
      approvalsRequired: z.int().min(1),
      expiresAt: z.iso.datetime({ precision: 3 }),
    }),
  ),
  WithdrawalRejected: define(1, z.strictObject({ ...withdrawal, rejecter: z.string(), reason })),
  /** By the requester, before it was approved. */
  WithdrawalCancelled: define(1, z.strictObject({ ...withdrawal, canceller: z.string(), reason })),
  /** The review stands still: nobody approves or cancels until it is released. */
  WithdrawalPutOnHold: define(1, z.strictObject({ ...withdrawal, holder: z.string(), reason })),
  WithdrawalTakenOffHold: define(
    1,
    z.strictObject({ ...withdrawal, releaser: z.string(), reason }),
  ),
  PayoutAllocated: define(
    1,
    z.strictObject({ ...withdrawal, wallet: z.string(), nonce: z.int().min(0) }),
  ),
  /** The bytes themselves, before the first of them is sent. */
  PayoutSigned: define(
    1,
    z.strictObject({
      ...withdrawal,
      wallet: z.string(),
      nonce: z.int().min(0),
      txid: z.string(),
      raw: z.string(),
      fee: z.strictObject({ most: amount, terms: z.record(z.string(), z.string()) }),
    }),
  ),
  /** A node took the bytes (or knew them already). */
  PayoutBroadcast: define(1, z.strictObject({ ...withdrawal, txid: z.string() })),
  PayoutSeen: define(1, z.strictObject({ ...withdrawal, txid: z.string(), block })),
  /** A reorg took its block away: it is sent again, the same bytes. */
  PayoutOrphaned: define(1, z.strictObject({ ...withdrawal, txid: z.string(), block })),
  /** Executed in a final block. */
  PayoutConfirmed: define(1, z.strictObject(mined)),
  /** Reverted in a final block: nothing was paid, but the fee is gone. */
  PayoutReverted: define(1, z.strictObject(mined)),
  WithdrawalCompleted: define(1, z.strictObject({ ...withdrawal, txid: z.string() })),
  WithdrawalFailed: define(
    1,
    z.strictObject({ ...withdrawal, reason: z.enum(['payout-reverted']) }),
  ),
};

export type WithdrawalEvent = EventOf<typeof withdrawalEvents>;
export type WithdrawalRequest = Extract<WithdrawalEvent, { type: 'WithdrawalRequested' }>['data'];
