import { z } from 'zod';
import { currencyCode } from '../../../domain/ids.ts';
import {
  AMOUNT_NAMES,
  COUNT_NAMES,
  DIMENSIONS,
  type Report,
  type ReportRow,
} from '../../../projections/read-models.ts';
import {
  dates,
  filterOf,
  gameFilter,
  group,
  groupCells,
  grouping,
  moneyFilter,
  span,
} from '../analytics.ts';
import { type CsvCell, csv, format, sendCsv, wantsCsv } from '../csv.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { asOf, readOptions, signedAmount } from '../schemas.ts';
import { rateAnswer } from './rates.ts';

const fields = <Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  schema: Schema,
) => Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>;

const amounts = z.object({
  ...fields(AMOUNT_NAMES, signedAmount),
  averageDeposit: signedAmount.nullable(),
});

const row = z.object({
  group,
  counts: z.object(fields(COUNT_NAMES, z.int())),
  activePlayers: z.int().meta({ description: 'Who bet; each once, so rows do not add up' }),
  amounts: amounts.nullable().meta({ description: 'Null: not of one currency' }),
  reporting: amounts
    .nullable()
    .meta({ description: 'Converted and rounded once; null: not asked for, or a rate is missing' }),
  rtpBasisPoints: z
    .int()
    .nullable()
    .meta({ description: 'Of `amounts`, else of `reporting`; null: nothing was staked' }),
});

const answer = z.object({
  ...asOf,
  ...dates,
  by: z.array(z.string()).readonly(),
  reporting: z.string().nullable(),
  decimals: z
    .record(z.string(), z.int())
    .meta({ description: 'Of each currency that is known', examples: [{ USDT: 6, EUR: 2 }] }),
  rows: z.array(row).readonly(),
  totals: z
    .array(row)
    .readonly()
    .meta({ description: 'One for each currency; with `reporting` a single one' }),
  rates: z.array(rateAnswer).readonly().meta({ description: 'The rates that were used' }),
  missingRates: z.array(z.object({ base: z.string(), day: z.string() })).readonly(),
});

export function reportRoutes(app: Api, { house, readModels, system }: RouteDeps): void {
  app.get(
    '/v1/analytics/report',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: ['read-model-behind', 'report-too-large'],
      },
      schema: {
        operationId: 'readReport',
        tags: ['Analytics'],
        summary: 'Stakes, wins, revenue, deposits, withdrawals and fees by business day and more',
        querystring: z.strictObject({
          ...span,
          ...moneyFilter,
          ...gameFilter,
          by: grouping(DIMENSIONS, 'day,currency'),
          reporting: currencyCode.optional().meta({ description: 'Convert into this currency' }),
          format,
        }),
        response: {
          200: {
            description: 'As docs/analytics.md defines every figure',
            content: { 'application/json': { schema: answer }, ...csv },
          },
        },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const filter = filterOf(query, system);
      const { reporting } = query;
      // Amounts of different currencies have no sum.
      const needed = reporting === undefined && !query.by.includes('currency');
      const by = needed ? [...query.by, 'currency' as const] : query.by;
      const wanted = { ...filter, by, ...(reporting === undefined ? {} : { reporting }) };
      const { value, ...at } = await readModels.report(wanted, readOptions(query.waitFor));
      if (wantsCsv(request, query.format)) {
        const rows = value.rows.map((of) => [...groupCells(by, of.group), ...figures(of)]);
        return sendCsv(reply, at, [...by, ...FIGURES], rows);
      }
      const { from, to } = filter;
      const decimals = decimalsOf(value, house.assets.currencies);
      return { ...at, from, to, by, reporting: reporting ?? null, decimals, ...value };
    },
  );
}

const AMOUNTS = [...AMOUNT_NAMES, 'averageDeposit'] as const;

/** Named as they stand in the JSON. */
const FIGURES = [
  ...COUNT_NAMES.map((name) => `counts.${name}`),
  'activePlayers',
  ...AMOUNTS.map((name) => `amounts.${name}`),
  'rtpBasisPoints',
  ...AMOUNTS.map((name) => `reporting.${name}`),
];

function figures(of: ReportRow): CsvCell[] {
  const amountCells = (amounts: ReportRow['amounts']) =>
    AMOUNTS.map((name) => amounts?.[name] ?? null);
  return [
    ...COUNT_NAMES.map((name) => of.counts[name]),
    of.activePlayers,
    ...amountCells(of.amounts),
    of.rtpBasisPoints,
    ...amountCells(of.reporting),
  ];
}

function decimalsOf(
  { rows, totals, rates }: Report,
  registry: ReadonlyMap<string, { readonly decimals: number }>,
): Record<string, number> {
  const found = new Map<string, number>();
  for (const { group } of [...rows, ...totals]) {
    const known = registry.get(group.currency ?? '');
    if (known && group.currency) found.set(group.currency, known.decimals);
  }
  for (const { base, quote, baseDecimals, quoteDecimals } of rates) {
    found.set(base, baseDecimals).set(quote, quoteDecimals);
  }
  return Object.fromEntries([...found].sort());
}
