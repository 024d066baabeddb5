import { z } from 'zod';
import {
  approveWithdrawal,
  approveWithdrawalInput,
  rejectWithdrawal,
  rejectWithdrawalInput,
  withdrawalIdInput,
} from '../../../commands/decide-withdrawal.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { position, repeat } from '../schemas.ts';

const decided = z
  .object({
    withdrawal: z.string(),
    status: z
      .string()
      .meta({ description: "Of the withdrawal's own stream", examples: ['approved'] }),
    position,
    repeat,
  })
  .describe('Decided, now or before');

const params = z.strictObject({ id: withdrawalIdInput });

/** One person's yes or no. The key's id is the person: whoever asked never approves. */
export function withdrawalDecisionRoutes(app: Api, { house, system }: RouteDeps): void {
  app.post(
    '/v1/withdrawals/:id/approve',
    {
      config: {
        roles: ['back-office'],
        problems: [
          ...(['withdrawal-not-found', 'withdrawal-not-under-review', 'content-changed'] as const),
          ...(['approver-is-requester', 'already-approved-by-you', 'policy-missing'] as const),
        ],
      },
      schema: {
        operationId: 'approveWithdrawal',
        tags: ['Withdrawals'],
        summary: 'Approve what the content hash says, nothing else',
        params,
        body: approveWithdrawalInput.meta({ examples: [{ contentHash: '0f'.repeat(32) }] }),
        response: { 200: decided },
      },
    },
    async (request) => {
      const context = commandContext(request, system);
      const { id } = request.params;
      return accepted(await approveWithdrawal(house, id, request.body, context));
    },
  );

  app.post(
    '/v1/withdrawals/:id/reject',
    {
      config: {
        roles: ['back-office'],
        problems: ['withdrawal-not-found', 'withdrawal-not-under-review'],
      },
      schema: {
        operationId: 'rejectWithdrawal',
        tags: ['Withdrawals'],
        summary: 'Reject: the funds go back to the player',
        params,
        body: rejectWithdrawalInput.meta({ examples: [{ reason: 'destination not verified' }] }),
        response: { 200: decided },
      },
    },
    async (request) => {
      const context = commandContext(request, system);
      const { id } = request.params;
      return accepted(await rejectWithdrawal(house, id, request.body, context));
    },
  );
}
