import { z } from 'zod';
import {
  approveWithdrawal,
  approveWithdrawalInput,
  cancelWithdrawal,
  holdWithdrawal,
  reasonInput,
  rejectWithdrawal,
  releaseWithdrawal,
  withdrawalIdInput,
} from '../../../commands/decide-withdrawal.ts';
import type { Role } from '../../../config/api-keys.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import type { ProblemCode } from '../problems.ts';
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

interface ReasonedDecision {
  readonly verb: string;
  readonly operationId: string;
  readonly summary: string;
  readonly run: typeof rejectWithdrawal;
  readonly roles: readonly Role[];
  readonly problems: readonly ProblemCode[];
  readonly example: string;
}

/** What needs a reason and nothing else. */
const REASONED: readonly ReasonedDecision[] = [
  {
    verb: 'reject',
    operationId: 'rejectWithdrawal',
    summary: 'Reject: the funds go back to the player',
    run: rejectWithdrawal,
    roles: ['back-office'],
    problems: ['withdrawal-not-under-review'],
    example: 'destination not verified',
  },
  {
    verb: 'cancel',
    operationId: 'cancelWithdrawal',
    summary: "The requester's own no, before it is approved: the funds go back to the player",
    run: cancelWithdrawal,
    roles: ['back-office', 'game-service'],
    problems: ['withdrawal-not-cancellable', 'canceller-is-not-requester'],
    example: 'the player wants to play on',
  },
  {
    verb: 'hold',
    operationId: 'holdWithdrawal',
    summary: 'Put the review on hold: nobody approves or cancels until it is released',
    run: holdWithdrawal,
    roles: ['back-office'],
    problems: ['withdrawal-not-under-review'],
    example: 'documents asked for',
  },
  {
    verb: 'release',
    operationId: 'releaseWithdrawal',
    summary: 'Let the review go on where it stood',
    run: releaseWithdrawal,
    roles: ['back-office'],
    problems: ['withdrawal-not-on-hold'],
    example: 'documents arrived',
  },
];

/** What people decide. The key's id is the person: whoever asked never approves. */
export function withdrawalDecisionRoutes(app: Api, deps: RouteDeps): void {
  const { house, system } = deps;
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
  for (const decision of REASONED) reasonedRoute(app, deps, decision);
}

function reasonedRoute(app: Api, { house, system }: RouteDeps, decision: ReasonedDecision): void {
  const { verb, operationId, summary, run, roles, problems, example } = decision;
  app.post(
    `/v1/withdrawals/:id/${verb}`,
    {
      config: { roles, problems: ['withdrawal-not-found', ...problems] },
      schema: {
        ...{ operationId, tags: ['Withdrawals'], summary, params },
        body: reasonInput.meta({ examples: [{ reason: example }] }),
        response: { 200: decided },
      },
    },
    async (request) => {
      const context = commandContext(request, system);
      return accepted(await run(house, request.params.id, request.body, context));
    },
  );
}
