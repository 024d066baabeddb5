import { z } from 'zod';
import type { DepositRow } from '../../../projections/read-models.ts';
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
  'detected',
  'confirming',
  'credited',
  'final',
  'orphaned',
  'reversed',
  'rejected',
] as const;

const depositRow = z.object({
  deposit: z.string().meta({ description: '<chain>.<transaction>.<position in it>' }),
  chain: z.string(),
  txid: z.string(),
  brand: z.string().nullable(),
  player: z.string().nullable(),
  address: z.string(),
  from: z.string(),
  asset: z.string().nullable(),
  contract: z.string().nullable(),
  currency: z.string().nullable(),
  amount: signedAmount,
  status: z.string().meta({ examples: [...STATUSES] }),
  booking: z.string().meta({ description: 'player, capital, suspense or none' }),
  reason: z.string().nullable(),
  ...ages,
  epoch: z.int().meta({ description: 'One more after every reorg that took it away' }),
  confirmations: z.int(),
  required: z.int(),
  blockHeight: z.int(),
  detectedAt: time,
  position,
  // An asset that the registry doesn't know has no decimals that could be trusted.
  decimals: display.decimals.nullable(),
  display: display.display.nullable(),
});

const depositIdInput = z
  .string()
  .regex(
    /^[a-z0-9-]{3,8}:[A-Za-z0-9-]{1,32}\.[A-Za-z0-9]{1,100}\.[A-Za-z0-9.]{1,40}$/,
    'must be <chain>.<transaction>.<position>',
  )
  .meta({ examples: [`eip155:31337.0x${'ab'.repeat(32)}.log.0`] });

export function depositRoutes(app: Api, { house, readModels, system }: RouteDeps): void {
  const shown = (row: DepositRow) => {
    const { currency, amount } = row;
    const none = { decimals: null, display: null };
    return {
      ...withAges(row, system.now()),
      ...(currency === null ? none : displayOf(house.assets, currency, { amount })),
    };
  };

  app.get(
    '/v1/deposits',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'listDeposits',
        tags: ['Deposits'],
        summary: 'Deposits, by status, age, amount or asset',
        querystring: z
          .strictObject({
            status: z.enum(STATUSES).optional(),
            ...queueQuery(['newest', 'oldest', 'largest', 'smallest']),
          })
          .superRefine(amountsOfOne),
        response: { 200: page(depositRow).describe('A page of deposits') },
      },
    },
    async ({ query }) => {
      const scope = queueScope('deposits', query);
      const wanted = { ...queueFilter(query, system.now()), ...pageRequest(scope, query) };
      const { value, ...at } = await readModels.deposits(wanted, readOptions(query.waitFor));
      const { items, next } = pageAnswer(scope, value);
      return { ...at, items: items.map(shown), next };
    },
  );

  app.get(
    '/v1/deposits/:id',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: ['deposit-not-found', 'read-model-behind'],
      },
      schema: {
        operationId: 'readDeposit',
        tags: ['Deposits'],
        summary: 'A deposit and all that happened to it',
        params: z.strictObject({ id: depositIdInput }),
        querystring: reading,
        response: {
          200: z.object({ ...asOf, deposit: depositRow, timeline }).describe('As it stands'),
        },
      },
    },
    async ({ params: { id }, query }) => {
      const { value, ...at } = await readModels.deposit(id, readOptions(query.waitFor));
      if (value === undefined) throw new Problem('deposit-not-found', undefined, at);
      return { ...at, deposit: shown(value.row), timeline: timelineOf(value.timeline) };
    },
  );
}
