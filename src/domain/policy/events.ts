import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { chainId, currencyCode } from '../ids.ts';
import { amount, amountOrZero } from '../money.ts';

/** How deep a deposit must be. The first rule that fits counts; `asset` is CAIP-19 or `*`. */
export const depositPolicy = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        asset: z.string(),
        /** Fits amounts up to this one. Null: any. */
        upTo: amount.nullable(),
        confirmations: z.int().min(1).max(10_000),
      }),
    )
    .min(1),
  /** By CAIP-19: below it a deposit is recorded and kept in suspense, not credited. */
  minimums: z.record(z.string(), amountOrZero),
});

/** Who must agree to a withdrawal. The first rule that fits counts; `currency` may be `*`. */
export const withdrawalPolicy = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        currency: z.union([currencyCode, z.literal('*')]),
        upTo: amount.nullable(),
        approvals: z.int().min(1).max(5),
      }),
    )
    .min(1),
  approvalHours: z
    .int()
    .min(1)
    .max(24 * 30),
  /** By chain: the most that one payout may cost in the chain's own coin. */
  feeCaps: z.record(chainId, amount),
});

/** What reports need to be told: on which date a moment falls. */
export const reportingPolicy = z.strictObject({
  /** A moment's business date is the UTC date of so many minutes later. */
  businessDayOffsetMinutes: z
    .int()
    .min(-12 * 60)
    .max(14 * 60),
});

const published = { version: z.int().min(1) };

export const policyEvents = {
  DepositPolicyPublished: define(1, z.strictObject({ ...published, policy: depositPolicy })),
  WithdrawalPolicyPublished: define(1, z.strictObject({ ...published, policy: withdrawalPolicy })),
  ReportingPolicyPublished: define(1, z.strictObject({ ...published, policy: reportingPolicy })),
};

export type PolicyEvent = EventOf<typeof policyEvents>;
export type DepositPolicy = z.output<typeof depositPolicy>;
export type WithdrawalPolicy = z.output<typeof withdrawalPolicy>;
export type ReportingPolicy = z.output<typeof reportingPolicy>;
