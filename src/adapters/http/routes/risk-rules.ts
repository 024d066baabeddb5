import { z } from 'zod';
import {
  endRiskShadow,
  endRiskShadowInput,
  publishRiskRules,
  publishRiskRulesInput,
} from '../../../commands/publish-risk-rules.ts';
import { riskMode } from '../../../domain/risk/events.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { Problem } from '../problems.ts';
import {
  asOf,
  page,
  pageAnswer,
  pageRequest,
  paging,
  position,
  reading,
  readOptions,
  repeat,
  time,
} from '../schemas.ts';

const tags = ['Risk'];
const version = z
  .int()
  .nullable()
  .meta({ description: 'Null: none', examples: [2] });

const inForce = z
  .object({ active: version, shadow: version, position, repeat })
  .describe('The versions in force from this position on');

const ruleSetRow = z.object({
  version: z.int(),
  position,
  mode: riskMode,
  status: z.enum(['active', 'shadow', 'past']),
  publishedAt: time,
  publishedBy: z.string().meta({ examples: ['back-office alice'] }),
  reason: z.string(),
  endedAt: time.nullable(),
  endedBy: z.string().nullable(),
  endReason: z.string().nullable().meta({ description: 'Null: another took its place' }),
});

const oneRuleSet = z
  .object({ ...asOf, rules: ruleSetRow.extend({ ruleSet: z.record(z.string(), z.unknown()) }) })
  .describe('A rule set, who published it when and why');

const versionInput = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/, 'must be a version of the rules')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, examples: [1] });

const example = {
  mode: 'shadow' as const,
  reason: 'two withdrawals within an hour of a deposit were fraud',
  ruleSet: {
    ...{ reviewFrom: 40, holdFrom: 80, usedByMany: [] },
    expectedReturnBp: {
      ...{ slot: 9600, table: 9850, live: 9800, crash: 9700 },
      ...{ sports: 9500, lottery: 9000, poker: 9700, other: 9700 },
    },
    rules: [
      {
        ...{ id: 'quick-way-out', about: 'Withdrawn within an hour of a deposit' },
        ...{ signal: 'deposit-to-withdrawal' as const, atMost: 60, points: 40 },
      },
    ],
  },
};

/** The rules of risk: data with versions, and a set in the shadow beside the one that counts. */
export function riskRuleRoutes(app: Api, deps: RouteDeps): void {
  publishingRoutes(app, deps);
  historyRoutes(app, deps);
}

function publishingRoutes(app: Api, { house, system }: RouteDeps): void {
  app.post(
    '/v1/risk/rules',
    {
      config: { roles: ['back-office'] },
      schema: {
        ...{ operationId: 'publishRiskRules', tags },
        summary: 'Publish a rule set, to count or to stand in the shadow',
        body: publishRiskRulesInput.meta({ examples: [example] }),
        response: { 200: inForce, 201: inForce },
      },
    },
    async (request, reply) => {
      const context = commandContext(request, system);
      const value = accepted(await publishRiskRules(house, request.body, context));
      return reply.code(value.repeat ? 200 : 201).send(value);
    },
  );

  app.post(
    '/v1/risk/rules/end-shadow',
    {
      config: { roles: ['back-office'] },
      schema: {
        ...{ operationId: 'endRiskShadow', tags },
        summary: 'Let nothing stand in the shadow any more',
        body: endRiskShadowInput.meta({ examples: [{ reason: 'it told us enough' }] }),
        response: { 200: inForce },
      },
    },
    async (request) => {
      const context = commandContext(request, system);
      return accepted(await endRiskShadow(house, request.body, context));
    },
  );
}

function historyRoutes(app: Api, { readModels }: RouteDeps): void {
  const roles = ['back-office', 'auditor'] as const;
  app.get(
    '/v1/risk/rules',
    {
      config: { roles, problems: ['read-model-behind'] },
      schema: {
        ...{ operationId: 'listRiskRules', tags },
        summary: 'Every rule set that was published, newest first, without its rules',
        querystring: z.strictObject(paging),
        response: { 200: page(ruleSetRow).describe('A page of rule sets') },
      },
    },
    async ({ query }) => {
      const scope = { list: 'risk rules', filter: {} };
      const wanted = pageRequest(scope, query);
      const { value, ...at } = await readModels.riskRuleSets(wanted, readOptions(query.waitFor));
      return { ...at, ...pageAnswer(scope, value) };
    },
  );

  app.get(
    '/v1/risk/rules/:version',
    {
      config: { roles, problems: ['rule-set-not-found', 'read-model-behind'] },
      schema: {
        ...{ operationId: 'readRiskRules', tags },
        summary: 'A rule set, with its rules',
        params: z.strictObject({ version: versionInput }),
        querystring: reading,
        response: { 200: oneRuleSet },
      },
    },
    async ({ params, query }) => {
      const options = readOptions(query.waitFor);
      const { value, ...at } = await readModels.riskRuleSet(params.version, options);
      if (value === undefined) throw new Problem('rule-set-not-found', undefined, at);
      return { ...at, rules: { ...value, ruleSet: { ...value.ruleSet } } };
    },
  );
}
