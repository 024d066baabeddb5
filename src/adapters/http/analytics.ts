import { z } from 'zod';
import { gameKind } from '../../domain/account/game-fields.ts';
import { brandId, chainId, currencyCode, externalId, providerId } from '../../domain/ids.ts';
import { day } from '../../domain/rates/events.ts';
import {
  type AnalyticsFilter,
  DIMENSIONS,
  type Dimension,
  type Group,
} from '../../projections/read-models.ts';
import type { System } from '../../system.ts';
import type { CsvCell } from './csv.ts';
import { invalidInput } from './problems.ts';
import { given, waitFor } from './schemas.ts';

/** What questions and answers of the analytics share. */

const DAY_MS = 86_400_000;
/** No business day begins sooner before UTC's. */
const EARLIEST_DAWN_MS = 14 * 3_600_000;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;

export const span = {
  from: day.optional().meta({ description: `Default: ${DEFAULT_DAYS} days up to the last` }),
  to: day.optional().meta({ description: 'The last business date; default: the newest there is' }),
  brand: brandId.optional(),
  waitFor,
};

export const moneyFilter = { currency: currencyCode.optional(), chain: chainId.optional() };

export const gameFilter = {
  provider: providerId.optional(),
  game: externalId.optional(),
  kind: gameKind.optional(),
};

const isDimension = (name: string): name is Dimension =>
  (DIMENSIONS as readonly string[]).includes(name);

/** A comma list without repeats; empty: everything in one row. */
export function grouping(admitted: readonly Dimension[], preset: string) {
  const message = `must be a comma list of ${admitted.join(', ')}, none twice`;
  return z
    .string()
    .max(100, message)
    .default(preset)
    .transform((text) => (text === '' ? [] : text.split(',')))
    .refine((parts): parts is Dimension[] => parts.every(isDimension), message)
    .refine((parts) => parts.every((part) => admitted.includes(part as Dimension)), message)
    .refine((parts) => new Set(parts).size === parts.length, message)
    .transform((parts) => parts as Dimension[])
    .meta({ description: `A comma list of ${admitted.join(', ')}`, examples: [preset] });
}

type Asked = { readonly [Name in keyof AnalyticsFilter]?: string | undefined };

/** Throws a problem for a span that runs backwards or is too long. */
export function filterOf({ from, to, ...asked }: Asked, system: System): AnalyticsFilter {
  const newest = isoDate(system.now() + EARLIEST_DAWN_MS);
  const last = to ?? newest;
  const first = from ?? isoDate(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1 || days > MOST_DAYS) {
    const message = `must be 1 to ${MOST_DAYS} days, from its first to its last`;
    throw invalidInput([{ field: from === undefined ? 'to' : 'from', message, in: 'query' }]);
  }
  const { brand, currency, chain, provider, game, kind } = asked;
  return { from: first, to: last, ...given({ brand, currency, chain, provider, game, kind }) };
}

const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);

const dimension = z
  .string()
  .nullable()
  .optional()
  .meta({ description: 'Absent: not told by it. Null: it does not apply, or nobody said' });

export const group = z.object(
  Object.fromEntries(DIMENSIONS.map((name) => [name, dimension])) as Record<
    Dimension,
    typeof dimension
  >,
);

export const groupCells = (by: readonly Dimension[], of: Group): CsvCell[] =>
  by.map((name) => of[name] ?? null);

export const dates = {
  from: z.string().meta({ description: 'Business date', examples: ['2026-01-01'] }),
  to: z.string().meta({ description: 'Business date', examples: ['2026-01-31'] }),
};
