import { z } from 'zod';
import { streams, uuid } from '../domain/ids.ts';
import { withdrawalDecider } from '../domain/withdrawal/decide.ts';
import { isoTime } from '../system.ts';
import type { CommandContext } from './engine.ts';
import {
  type Answer,
  execute,
  type House,
  no,
  type Placed,
  policies,
  positionOf,
} from './house.ts';

export const approveWithdrawalInput = z.strictObject({
  contentHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
    .meta({ description: 'Of the withdrawal as the approver saw it' }),
});

/** Why it is rejected, cancelled, put on hold or released. */
export const reasonInput = z.strictObject({
  reason: z
    .string()
    .min(1)
    .max(200)
    // No control, format or unassigned characters and no half surrogate pairs: people read it.
    .regex(/^[^\p{C}]+$/u, 'must be printable text')
    .meta({ description: 'Why; nothing personal' }),
});

export const withdrawalIdInput = uuid;

export interface DecidedWithdrawal extends Placed {
  readonly withdrawal: string;
  readonly status: string;
}

const HOUR_MS = 3_600_000;

/** One person's yes, bound to the content hash; it expires. Never the requester's. */
export async function approveWithdrawal(
  house: House,
  withdrawal: string,
  { contentHash }: z.output<typeof approveWithdrawalInput>,
  context: CommandContext,
): Promise<Answer<DecidedWithdrawal>> {
  const { withdrawals } = await policies(house);
  if (!withdrawals.policy) return no('policy-missing');
  const expiry = house.system.now() + withdrawals.policy.approvalHours * HOUR_MS;
  return decide(house, withdrawal, context, {
    type: 'ApproveWithdrawal',
    approver: context.actor.id,
    contentHash,
    expiresAt: isoTime(expiry),
  });
}

/** One person's no: the funds go back. */
export function rejectWithdrawal(
  house: House,
  withdrawal: string,
  { reason }: z.output<typeof reasonInput>,
  context: CommandContext,
): Promise<Answer<DecidedWithdrawal>> {
  const rejecter = context.actor.id;
  return decide(house, withdrawal, context, { type: 'RejectWithdrawal', rejecter, reason });
}

/** The requester's own no, while nobody has approved: the funds go back. */
export function cancelWithdrawal(
  house: House,
  withdrawal: string,
  { reason }: z.output<typeof reasonInput>,
  context: CommandContext,
): Promise<Answer<DecidedWithdrawal>> {
  const canceller = context.actor.id;
  return decide(house, withdrawal, context, { type: 'CancelWithdrawal', canceller, reason });
}

/** The review stands still, with the funds held. */
export function holdWithdrawal(
  house: House,
  withdrawal: string,
  { reason }: z.output<typeof reasonInput>,
  context: CommandContext,
): Promise<Answer<DecidedWithdrawal>> {
  const holder = context.actor.id;
  return decide(house, withdrawal, context, { type: 'PutOnHold', holder, reason });
}

/** The review goes on where it stood. */
export function releaseWithdrawal(
  house: House,
  withdrawal: string,
  { reason }: z.output<typeof reasonInput>,
  context: CommandContext,
): Promise<Answer<DecidedWithdrawal>> {
  const releaser = context.actor.id;
  return decide(house, withdrawal, context, { type: 'TakeOffHold', releaser, reason });
}

function decide(
  house: House,
  withdrawal: string,
  context: CommandContext,
  command: Parameters<typeof withdrawalDecider.decide>[0],
): Promise<Answer<DecidedWithdrawal>> {
  const stream = streams.withdrawal(withdrawal);
  return execute(house, withdrawalDecider, stream, command, context, async (done) => ({
    withdrawal,
    status: done.state.status,
    position: await positionOf(house, stream, done),
    repeat: done.repeat,
  }));
}
