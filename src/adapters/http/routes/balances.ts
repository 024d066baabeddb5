import { z } from 'zod';
import { missingPlayer, no } from '../../../commands/house.ts';
import { CHART, type LedgerClass } from '../../../domain/postings.ts';
import { accepted } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import { pastOptions, readingPast } from '../periods.ts';
import { asOf, playerPath, position, signedAmount } from '../schemas.ts';

const balances = z
  .object({
    ...asOf,
    brand: z.string(),
    player: z.string(),
    balances: z.array(
      z.object({
        currency: z.string(),
        available: signedAmount,
        held: signedAmount,
        bonus: signedAmount.meta({ description: 'Playable, not withdrawable' }),
        receivable: signedAmount.meta({ description: 'Owed by the player' }),
        frozen: z.boolean().meta({ description: 'True: nothing can be withdrawn' }),
        ...display,
        position,
      }),
    ),
  })
  .describe('One balance for each currency that the player has an account in');

const classes = Object.keys(CHART) as [LedgerClass, ...LedgerClass[]];
const houseBalances = z
  .object({
    ...asOf,
    currencies: z.array(
      z.object({
        currency: z.string(),
        decimals: display.decimals,
        accounts: z
          .object(Object.fromEntries(classes.map((name) => [name, signedAmount])))
          .meta({ description: 'By class of the chart of accounts, on its usual side' }),
        assets: signedAmount,
        liabilities: signedAmount,
        equity: signedAmount,
        difference: signedAmount.meta({ examples: ['0'] }),
      }),
    ),
  })
  .describe('Assets = liabilities + equity, by currency; the difference is zero');

const problems = ['read-model-behind', 'before-first-transfer', 'time-not-settled'] as const;

export function balanceRoutes(app: Api, { house, readModels }: RouteDeps): void {
  app.get(
    '/v1/players/:brand/:player/balances',
    {
      config: {
        roles: ['game-service', 'back-office', 'auditor'],
        problems: ['player-not-found', 'account-not-found', ...problems],
      },
      schema: {
        operationId: 'readBalances',
        tags: ['Players'],
        summary: "A player's balances, now or as of a position or time",
        params: playerPath,
        querystring: readingPast,
        response: { 200: balances },
      },
    },
    async ({ params, query }) => {
      const missing = await missingPlayer(house, params);
      if (missing) accepted(missing);
      const { value, ...at } = await readModels.balances(params, pastOptions(query));
      // Nothing there yet must not look like nothing left.
      if (query.asOf && value.length === 0) accepted(no('account-not-found', { ...params }));
      const rows = value.map(({ brand: _, player: __, ...row }) => {
        const { available, held, bonus, receivable } = row;
        const amounts = { available, held, bonus, receivable };
        return { ...row, ...displayOf(house.assets, row.currency, amounts) };
      });
      return { ...at, ...params, balances: rows };
    },
  );

  app.get(
    '/v1/house-balances',
    {
      config: { roles: ['back-office', 'auditor'], problems },
      schema: {
        operationId: 'readHouseBalances',
        tags: ['Accounts'],
        summary: 'What the house holds, what it owes, and what is its own',
        querystring: readingPast,
        response: { 200: houseBalances },
      },
    },
    async ({ query }) => {
      const { value, ...at } = await readModels.houseBalances(pastOptions(query));
      const currencies = value.map((row) => ({
        ...row,
        decimals: displayOf(house.assets, row.currency, {}).decimals,
        accounts: { ...row.accounts },
      }));
      return { ...at, currencies };
    },
  );
}
