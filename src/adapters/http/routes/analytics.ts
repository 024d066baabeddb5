import { z } from 'zod';
import {
  COHORT_PERIODS,
  DIMENSIONS,
  type Dimension,
  DURATION_MEASURES,
  FIRST_MEASURES,
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
import { csv, format, sendCsv, wantsCsv } from '../csv.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { asOf, readOptions } from '../schemas.ts';

const playersRow = z.object({
  group,
  registrations: z.int(),
  firstDeposits: z.int(),
  firstBets: z.int(),
  activePlayers: z.int().meta({ description: 'Who bet; each once, so rows do not add up' }),
});

const ms = z.int().nullable();
const durationsRow = z.object({
  group,
  count: z.int(),
  averageMs: ms,
  p50Ms: ms.meta({ description: 'The longest of its bucket: at most 3.2 % too long' }),
  p90Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  longestMs: ms,
});

const told = { ...asOf, ...dates, by: z.array(z.string()).readonly() };
const players = z.object({ ...told, rows: z.array(playersRow).readonly(), total: playersRow });
const durations = z.object({
  ...told,
  rows: z.array(durationsRow).readonly(),
  total: durationsRow,
});

const retention = z.object({
  ...asOf,
  ...dates,
  through: z
    .string()
    .nullable()
    .meta({ description: 'The newest business date; the period that it is in may not be over' }),
  cohorts: z
    .array(
      z.object({
        begins: z.string(),
        players: z.int(),
        active: z
          .array(z.int())
          .readonly()
          .meta({ description: "Who bet in the cohort's period, the next one, and so on" }),
      }),
    )
    .readonly(),
});

const answers = <Schema extends z.ZodType>(schema: Schema) => ({
  200: {
    description: 'As docs/analytics.md defines every figure',
    content: { 'application/json': { schema }, ...csv },
  },
});

const config = {
  roles: ['back-office', 'auditor'] as const,
  problems: ['read-model-behind', 'report-too-large'] as const,
};

export function analyticsRoutes(app: Api, deps: RouteDeps): void {
  playersRoute(app, deps);
  durationsRoute(app, deps);
  retentionRoute(app, deps);
}

function playersRoute(app: Api, { readModels, system }: RouteDeps): void {
  app.get(
    '/v1/analytics/players',
    {
      config: { roles: config.roles, problems: [...config.problems] },
      schema: {
        operationId: 'readPlayersReport',
        tags: ['Analytics'],
        summary: 'Who registered, deposited and bet for the first time, and who bet',
        querystring: z.strictObject({
          ...span,
          ...moneyFilter,
          ...gameFilter,
          by: grouping(DIMENSIONS, 'day'),
          format,
        }),
        response: answers(players),
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { by } = query;
      const filter = filterOf(query, system);
      const wanted = { ...filter, by };
      const { value, ...at } = await readModels.players(wanted, readOptions(query.waitFor));
      if (wantsCsv(request, query.format)) {
        const names = ['registrations', 'firstDeposits', 'firstBets', 'activePlayers'] as const;
        const rows = value.rows.map((of) => [
          ...groupCells(by, of.group),
          ...names.map((name) => of[name]),
        ]);
        return sendCsv(reply, at, [...by, ...names], rows);
      }
      return { ...at, from: filter.from, to: filter.to, by, ...value };
    },
  );
}

const OF_DURATIONS: readonly Dimension[] = ['day', 'brand', 'currency', 'chain'];

function durationsRoute(app: Api, { readModels, system }: RouteDeps): void {
  app.get(
    '/v1/analytics/durations',
    {
      config: { roles: config.roles, problems: [...config.problems] },
      schema: {
        operationId: 'readDurations',
        tags: ['Analytics'],
        summary: 'How long deposits took to be credited, and withdrawals to be paid',
        querystring: z.strictObject({
          measure: z.enum(DURATION_MEASURES).default('confirmation'),
          ...span,
          ...moneyFilter,
          by: grouping(OF_DURATIONS, 'day'),
          format,
        }),
        response: answers(durations),
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { by, measure } = query;
      const filter = filterOf(query, system);
      const options = readOptions(query.waitFor);
      const { value, ...at } = await readModels.durations(measure, { ...filter, by }, options);
      if (wantsCsv(request, query.format)) {
        const names = [
          ...(['count', 'averageMs', 'p50Ms', 'p90Ms', 'p95Ms', 'p99Ms', 'longestMs'] as const),
        ];
        const rows = value.rows.map((of) => [
          ...groupCells(by, of.group),
          ...names.map((name) => of[name]),
        ]);
        return sendCsv(reply, at, [...by, ...names], rows);
      }
      return { ...at, from: filter.from, to: filter.to, by, ...value };
    },
  );
}

function retentionRoute(app: Api, { readModels, system }: RouteDeps): void {
  app.get(
    '/v1/analytics/retention',
    {
      config: { roles: config.roles, problems: ['read-model-behind'] },
      schema: {
        operationId: 'readRetention',
        tags: ['Analytics'],
        summary: 'Of those who began in the same period, how many bet in each one after it',
        querystring: z.strictObject({
          cohort: z.enum(FIRST_MEASURES).default('first-deposit'),
          period: z.enum(COHORT_PERIODS).default('week'),
          ...span,
          format,
        }),
        response: answers(retention),
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { cohort, period } = query;
      const { from, to, brand } = filterOf(query, system);
      const wanted = { cohort, period, from, to, ...(brand === undefined ? {} : { brand }) };
      const { value, ...at } = await readModels.retention(wanted, readOptions(query.waitFor));
      if (wantsCsv(request, query.format)) {
        const rows = value.cohorts.flatMap(({ begins, players, active }) =>
          active.map((count, index) => [begins, players, index, count]),
        );
        return sendCsv(reply, at, ['begins', 'players', 'period', 'active'], rows);
      }
      return { ...at, from, to, ...value };
    },
  );
}
