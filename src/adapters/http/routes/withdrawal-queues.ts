import { z } from 'zod';
import { withdrawalIdInput } from '../../../commands/decide-withdrawal.ts';
import { RISK_OUTCOMES } from '../../../domain/risk/score.ts';
import type { QueuedWithdrawal } from '../../../projections/read-models.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import { Problem } from '../problems.ts';
import { ages, amountsOfOne, queueFilter, queueQuery, queueScope, withAges } from '../queues.ts';
import {
  asOf,
  page,
  pageAnswer,
  pageRequest,
  position,
  reading,
  readOptions,
  signedAmount,
  time,
} from '../schemas.ts';
import { timeline, timelineOf } from './timelines.ts';

const STATUSES = [
  'Requested',
  'Under Review',
  'Approved',
  'Rejected',
  'Processing',
  'Completed',
  'On Hold',
  'Cancelled',
  'Failed',
] as const;

const payout = z.object({
  wallet: z.string(),
  nonce: z.int(),
  txid: z.string().nullable(),
  feeMost: signedAmount
    .nullable()
    .meta({ description: "Of the signed terms, in the chain's coin" }),
  answers: z
    .array(
      z.object({
        position,
        time,
        answer: z.string().meta({ examples: ['broadcast', 'seen', 'confirmed'] }),
        block: z.object({ height: z.int(), hash: z.string() }).nullable(),
      }),
    )
    .meta({ description: "What the chain's node answered, oldest first" }),
});

const withdrawalRow = z.object({
  withdrawal: z.string(),
  brand: z.string(),
  player: z.string(),
  currency: z.string(),
  asset: z.string(),
  chain: z.string(),
  destination: z.string(),
  amount: signedAmount,
  feeCap: signedAmount,
  status: z.string().meta({ examples: [...STATUSES] }),
  reason: z.string().nullable().meta({ description: 'Why it is where it is' }),
  ...ages,
  contentHash: z.string().meta({ description: 'What an approval binds to' }),
  requester: z.string(),
  approvals: z.int(),
  approvalsRequired: z.int(),
  txid: z.string().nullable(),
  fee: signedAmount.nullable(),
  payout: payout.nullable(),
  risk: z
    .object({ score: z.int(), outcome: z.string() })
    .nullable()
    .meta({ description: 'When it was requested; null: not assessed' }),
  requestedAt: time,
  position,
  ...display,
});

const queueQuerystring = z
  .strictObject({
    status: z.enum(STATUSES).optional(),
    outcome: z
      .enum(RISK_OUTCOMES)
      .optional()
      .meta({ description: 'Of its risk when it was requested' }),
    minScore: z
      .string()
      .regex(/^(100|[1-9]?[0-9])$/, 'must be a whole number from 0 to 100')
      .transform(Number)
      .optional()
      .meta({ type: 'integer', minimum: 0, maximum: 100, description: 'Of its risk' }),
    ...queueQuery(['newest', 'oldest', 'largest', 'smallest', 'riskiest']),
  })
  .superRefine(amountsOfOne);

/** Looking at withdrawals: the queues that people work on, and one with all that happened to it. */
export function withdrawalQueueRoutes(app: Api, deps: RouteDeps): void {
  const { house, readModels, system } = deps;
  const shown = (row: QueuedWithdrawal) => {
    const { payout: sent, currency, amount } = row;
    return {
      ...withAges(row, system.now()),
      payout: sent && { ...sent, answers: [...sent.answers] },
      ...displayOf(house.assets, currency, { amount }),
    };
  };

  app.get(
    '/v1/withdrawals',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'listWithdrawals',
        tags: ['Withdrawals'],
        summary: 'Queues of withdrawals, by status, age, amount, risk or asset',
        querystring: queueQuerystring,
        response: { 200: page(withdrawalRow).describe('A page of withdrawals') },
      },
    },
    async ({ query }) => {
      const scope = queueScope('withdrawals', query);
      const { outcome, minScore } = query;
      const wanted = {
        ...queueFilter(query, system.now()),
        ...(outcome === undefined ? {} : { outcome }),
        ...(minScore === undefined ? {} : { minScore }),
        ...pageRequest(scope, query),
      };
      const { value, ...at } = await readModels.withdrawals(wanted, readOptions(query.waitFor));
      const { items, next } = pageAnswer(scope, value);
      return { ...at, items: items.map(shown), next };
    },
  );

  app.get(
    '/v1/withdrawals/:id',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: ['withdrawal-not-found', 'read-model-behind'],
      },
      schema: {
        operationId: 'readWithdrawal',
        tags: ['Withdrawals'],
        summary: 'A withdrawal and all that happened to it',
        params: z.strictObject({ id: withdrawalIdInput }),
        querystring: reading,
        response: {
          200: z.object({ ...asOf, withdrawal: withdrawalRow, timeline }).describe('As it stands'),
        },
      },
    },
    async ({ params: { id }, query }) => {
      const { value, ...at } = await readModels.withdrawal(id, readOptions(query.waitFor));
      if (value === undefined) throw new Problem('withdrawal-not-found', undefined, at);
      return { ...at, withdrawal: shown(value.row), timeline: timelineOf(value.timeline) };
    },
  );
}
