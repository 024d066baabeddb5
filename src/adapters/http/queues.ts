import { z } from 'zod';
import { brandId, chainId, currencyCode, playerId } from '../../domain/ids.ts';
import { amount } from '../../domain/money.ts';
import {
  agesOf,
  DOCUMENT_ORDERS,
  type DocumentFilter,
  type DocumentOrder,
  type Way,
} from '../../projections/read-models.ts';
import { isoTime } from '../../system.ts';
import { paging, time } from './schemas.ts';

/** What lists of things with a life share: filters, orders, ages. */

const assetId = z
  .string()
  .regex(
    /^[a-z0-9-]{3,8}:[A-Za-z0-9-]{1,32}\/[a-z0-9-]{3,8}:[A-Za-z0-9-]{1,100}$/,
    'must be CAIP-19',
  )
  .meta({ examples: ['eip155:1/slip44:60'] });

const seconds = (description: string) =>
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,8})$/, 'must be a whole number of seconds')
    .transform(Number)
    .optional()
    .meta({ description, type: 'integer', minimum: 0, examples: ['3600'] });

const ofOne = 'In the smallest unit; needs `currency` or `asset` beside it';

/** Of a list whose rows may be ordered in these ways. */
export const queueQuery = <Order extends DocumentOrder>(orders: readonly Order[]) => ({
  brand: brandId.optional(),
  player: playerId.optional(),
  chain: chainId.optional(),
  asset: assetId.optional(),
  currency: currencyCode.optional(),
  minAmount: amount.optional().meta({ description: ofOne }),
  maxAmount: amount.optional().meta({ description: ofOne }),
  minAgeSeconds: seconds('At least so old, by its first event'),
  maxAgeSeconds: seconds('At most so old, by its first event'),
  sort: z
    .enum(orders)
    .default(DOCUMENT_ORDERS[0] as Order)
    .meta({
      description: 'oldest: the longest waiting first; amounts are of one currency or asset',
    }),
  ...paging,
});

interface QueueQuery {
  readonly brand?: string | undefined;
  readonly player?: string | undefined;
  readonly status?: string | undefined;
  readonly chain?: string | undefined;
  readonly asset?: string | undefined;
  readonly currency?: string | undefined;
  readonly minAmount?: string | undefined;
  readonly maxAmount?: string | undefined;
  readonly minAgeSeconds?: number | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly sort: DocumentOrder;
}

/** Amounts of two currencies have no order. For `superRefine`. */
export function amountsOfOne(query: QueueQuery, context: z.RefinementCtx): void {
  if (query.currency !== undefined || query.asset !== undefined) return;
  const message = 'needs currency or asset beside it';
  const complain = (field: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (query.minAmount !== undefined) complain('minAmount');
  if (query.maxAmount !== undefined) complain('maxAmount');
  if (query.sort === 'largest' || query.sort === 'smallest') complain('sort');
}

/** As the read models take it: ages are times there. */
export function queueFilter(
  query: QueueQuery,
  nowMs: number,
): Omit<DocumentFilter, 'after' | 'limit'> {
  const { brand, player, status, chain, asset, currency, minAmount, maxAmount, sort } = query;
  const ago = (age: number | undefined) =>
    age === undefined ? undefined : isoTime(nowMs - age * 1_000);
  const filter = {
    ...{ brand, player, status, chain, asset, currency, minAmount, maxAmount, order: sort },
    openedTo: ago(query.minAgeSeconds),
    openedFrom: ago(query.maxAgeSeconds),
  };
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  ) as Omit<DocumentFilter, 'after' | 'limit'>;
}

/** What a cursor belongs to: the question as it was asked. */
export function queueScope(list: string, query: QueueQuery & { readonly [name: string]: unknown }) {
  const { after: _, limit: __, waitFor: ___, ...asked } = query;
  const filter = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return { list, filter: Object.fromEntries(filter) };
}

const whole = z.int().min(0);

/** On every row. */
export const ages = {
  ageSeconds: whole.meta({ description: 'From its first event to its end, or until now' }),
  statusSeconds: whole.meta({ description: 'In this status, until now' }),
  steps: z
    .array(z.object({ status: z.string(), since: time, seconds: whole.nullable() }))
    .meta({ description: 'Its way; the last step of what has ended has no seconds' }),
  endedAt: time.nullable(),
};

export function withAges<Row extends Way>(row: Row, nowMs: number) {
  const { steps, ...rest } = agesOf(row, nowMs);
  return { ...row, ...rest, steps: [...steps] };
}
