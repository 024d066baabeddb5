import { z } from 'zod';
import { withdrawalIdInput } from '../../../commands/decide-withdrawal.ts';
import { requestWithdrawal, requestWithdrawalInput } from '../../../commands/request-withdrawal.ts';
import { brandId, externalId, playerId } from '../../../domain/ids.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import { Problem } from '../problems.ts';
import {
  asOf,
  given,
  page,
  pageAnswer,
  pageRequest,
  paging,
  position,
  reading,
  readOptions,
  repeat,
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

const requested = z
  .object({
    withdrawal: z.string(),
    available: signedAmount,
    held: signedAmount,
    ...display,
    position,
    repeat,
  })
  .describe('The funds are held; the withdrawal waits for review');

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
  contentHash: z.string().meta({ description: 'What an approval binds to' }),
  requester: z.string(),
  approvals: z.int(),
  approvalsRequired: z.int(),
  txid: z.string().nullable(),
  fee: signedAmount.nullable(),
  requestedAt: time,
  position,
  ...display,
});

const headers = z.looseObject({ 'idempotency-key': externalId });

const requestExample = {
  ...{ brand: 'main', player: 'p-1001', currency: 'USDT', chain: 'eip155:31337' },
  ...{ destination: '0x8ba1f109551bD432803012645Ac136ddd64DBA72', amount: '1000000' },
};

/** Asking for a withdrawal, and looking at them. Deciding is in withdrawal-decisions.ts. */
export function withdrawalRoutes(app: Api, deps: RouteDeps): void {
  const { house, system } = deps;
  app.post(
    '/v1/withdrawals',
    {
      config: {
        roles: ['back-office', 'game-service'],
        problems: [
          ...(['player-not-found', 'currency-unknown', 'chain-unknown'] as const),
          ...(['asset-currency-mismatch', 'destination-invalid', 'destination-refused'] as const),
          ...(['insufficient-funds', 'account-flagged', 'key-reused', 'policy-missing'] as const),
        ],
      },
      schema: {
        operationId: 'requestWithdrawal',
        tags: ['Withdrawals'],
        summary: 'Hold the funds and ask for a payout',
        headers,
        body: requestWithdrawalInput.meta({ examples: [requestExample] }),
        response: { 200: requested, 201: requested },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const context = commandContext(request, system);
      const value = accepted(await requestWithdrawal(house, request.body, key, context));
      const { available, held } = value;
      const shown = displayOf(house.assets, request.body.currency, { available, held });
      return reply
        .code(value.repeat ? 200 : 201)
        .header('location', `/v1/withdrawals/${value.withdrawal}`)
        .send({ ...value, ...shown });
    },
  );
  readingRoutes(app, deps);
}

function readingRoutes(app: Api, { house, readModels }: RouteDeps): void {
  app.get(
    '/v1/withdrawals',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'listWithdrawals',
        tags: ['Withdrawals'],
        summary: 'Withdrawals, newest first',
        querystring: z.strictObject({
          brand: brandId.optional(),
          player: playerId.optional(),
          status: z.enum(STATUSES).optional(),
          ...paging,
        }),
        response: { 200: page(withdrawalRow).describe('A page of withdrawals') },
      },
    },
    async ({ query: { brand, player, status, ...query } }) => {
      const filter = given({ brand, player, status });
      const scope = { list: 'withdrawals', filter };
      const wanted = { ...filter, ...pageRequest(scope, query) };
      const { value, ...at } = await readModels.withdrawals(wanted, readOptions(query.waitFor));
      const { items, next } = pageAnswer(scope, value);
      const shown = items.map((row) => ({
        ...row,
        ...displayOf(house.assets, row.currency, { amount: row.amount }),
      }));
      return { ...at, items: shown, next };
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
      const { amount, currency } = value.row;
      const withdrawal = { ...value.row, ...displayOf(house.assets, currency, { amount }) };
      return { ...at, withdrawal, timeline: timelineOf(value.timeline) };
    },
  );
}
