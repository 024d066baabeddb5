import { z } from 'zod';
import { withdrawalIdInput } from '../../../commands/decide-withdrawal.ts';
import { missingPlayer } from '../../../commands/house.ts';
import { brandId, playerId } from '../../../domain/ids.ts';
import { RISK_OUTCOMES } from '../../../domain/risk/score.ts';
import { accepted } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { Problem } from '../problems.ts';
import {
  given,
  page,
  pageAnswer,
  pageRequest,
  paging,
  playerPath,
  reading,
  readOptions,
} from '../schemas.ts';
import {
  playerRisk,
  playerRiskOf,
  readPlayerRisk,
  readWithdrawalRisk,
  withdrawalRisk,
  withdrawalRiskOf,
} from './risk-schemas.ts';

const roles = ['back-office', 'auditor'] as const;
const tags = ['Risk'];
const outcome = z.enum(RISK_OUTCOMES).optional();

/** How likely it is that something is wrong, of players and of withdrawals, and why. */
export function riskRoutes(app: Api, deps: RouteDeps): void {
  singleRoutes(app, deps);
  listRoutes(app, deps);
}

function singleRoutes(app: Api, { house, readModels }: RouteDeps): void {
  app.get(
    '/v1/players/:brand/:player/risk',
    {
      config: { roles, problems: ['player-not-found', 'read-model-behind'] },
      schema: {
        ...{ operationId: 'readPlayerRisk', tags },
        summary: "A player's risk: the score, why, by which rules and from which facts",
        params: playerPath,
        querystring: reading,
        response: { 200: readPlayerRisk },
      },
    },
    async ({ params, query }) => {
      const missing = await missingPlayer(house, params);
      if (missing) accepted(missing);
      const { value, ...at } = await readModels.playerRisk(params, readOptions(query.waitFor));
      return { ...at, risk: value === undefined ? null : playerRiskOf(value) };
    },
  );

  app.get(
    '/v1/withdrawals/:id/risk',
    {
      config: { roles, problems: ['withdrawal-not-found', 'read-model-behind'] },
      schema: {
        ...{ operationId: 'readWithdrawalRisk', tags },
        summary: "A withdrawal's risk at the moment of its request",
        params: z.strictObject({ id: withdrawalIdInput }),
        querystring: reading,
        response: { 200: readWithdrawalRisk },
      },
    },
    async ({ params: { id }, query }) => {
      const { value, ...at } = await readModels.withdrawalRisk(id, readOptions(query.waitFor));
      if (value === undefined) throw new Problem('withdrawal-not-found', undefined, at);
      return { ...at, risk: withdrawalRiskOf(value) };
    },
  );
}

function listRoutes(app: Api, { readModels }: RouteDeps): void {
  app.get(
    '/v1/risk/players',
    {
      config: { roles, problems: ['read-model-behind'] },
      schema: {
        ...{ operationId: 'listPlayersByRisk', tags },
        summary: 'Players, the highest score first',
        querystring: z.strictObject({ brand: brandId.optional(), outcome, ...paging }),
        response: { 200: page(playerRisk).describe('A page of players with their risk') },
      },
    },
    async ({ query: { brand, outcome, ...query } }) => {
      const filter = given({ brand, outcome });
      const scope = { list: 'risk of players', filter };
      const wanted = { ...filter, ...pageRequest(scope, query) };
      const { value, ...at } = await readModels.playersByRisk(wanted, readOptions(query.waitFor));
      const { items, next } = pageAnswer(scope, value);
      return { ...at, items: items.map(playerRiskOf), next };
    },
  );

  app.get(
    '/v1/risk/withdrawals',
    {
      config: { roles, problems: ['read-model-behind'] },
      schema: {
        ...{ operationId: 'listWithdrawalsByRisk', tags },
        summary: 'Withdrawals, the highest score first, and of equal ones the newest',
        querystring: z.strictObject({
          ...{ brand: brandId.optional(), player: playerId.optional(), outcome },
          ...paging,
        }),
        response: { 200: page(withdrawalRisk).describe('A page of withdrawals with their risk') },
      },
    },
    async ({ query: { brand, player, outcome, ...query } }) => {
      const filter = given({ brand, player, outcome });
      const scope = { list: 'risk of withdrawals', filter };
      const wanted = { ...filter, ...pageRequest(scope, query) };
      const options = readOptions(query.waitFor);
      const { value, ...at } = await readModels.withdrawalsByRisk(wanted, options);
      const { items, next } = pageAnswer(scope, value);
      return { ...at, items: items.map(withdrawalRiskOf), next };
    },
  );
}
