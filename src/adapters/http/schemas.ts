import { z } from 'zod';
import { brandId, currencyCode, playerId } from '../../domain/ids.ts';
import type { Page, ReadOptions } from '../../projections/read-models.ts';
import { type CursorScope, decodeCursor, encodeCursor } from './cursors.ts';

/** What inputs and answers of several nouns share. */

export const POSITION = '0000000000000042';

/** In answers: opaque text that sorts. Empty: before the first event. */
export const position = z
  .string()
  .meta({ description: 'Place in the log: opaque, sorts as text', examples: [POSITION] });

export const time = z
  .string()
  .meta({ description: 'ISO 8601, UTC', examples: ['2026-01-31T12:00:00.000Z'] });

/** An integer in the smallest unit, as text; may be negative. */
export const signedAmount = z
  .string()
  .meta({ description: 'Integer in the smallest unit, as text', examples: ['2500000'] });

/** On every answer of a read model. */
export const asOf = { position, time };

export const repeat = z
  .boolean()
  .meta({ description: 'True: this was done before, and nothing was done now' });

export const waitFor = z
  .string()
  .regex(/^([0-9]{16}|[0-9]{20}(-[0-9]{20})?)?$/, 'must be a position from an earlier answer')
  .optional()
  .meta({
    description: 'Answer only when the read model has this position; 504 when the time is up',
    examples: [POSITION],
  });

export const reading = z.strictObject({ waitFor });

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 200;

export const paging = {
  waitFor,
  limit: z
    .string()
    .regex(/^(200|1[0-9]{2}|[1-9][0-9]?)$/, `must be a whole number from 1 to ${LARGEST_LIMIT}`)
    .default(String(DEFAULT_LIMIT))
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, maximum: LARGEST_LIMIT, default: DEFAULT_LIMIT }),
  after: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'The `next` of the page before, with the same filter' }),
};

export const playerPath = z.strictObject({ brand: brandId, player: playerId });
export const accountPath = playerPath.extend({ currency: currencyCode });

export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    ...asOf,
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The cursor of the next page; null: the last' }),
  });
}

/** Text from an empty `waitFor` means the start of the log, which every read model has. */
export function readOptions(wanted: string | undefined): ReadOptions {
  return wanted === undefined || wanted === '' ? {} : { waitFor: wanted };
}

export interface PageQuery {
  readonly limit: number;
  readonly after?: string | undefined;
}

export function pageRequest(scope: CursorScope, { limit, after }: PageQuery) {
  return { limit, after: decodeCursor(scope, after) };
}

export function pageAnswer<Item>(scope: CursorScope, { items, next }: Page<Item>) {
  return { items: [...items], next: encodeCursor(scope, next) };
}

/** A filter without the fields that weren't given. */
export function given<Filter extends Record<string, string | undefined>>(
  filter: Filter,
): { [Name in keyof Filter]?: Exclude<Filter[Name], undefined> } {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof given<Filter>>;
}
