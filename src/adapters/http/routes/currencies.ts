import { z } from 'zod';
import type { Api, RouteDeps } from '../deps.ts';

const registry = z
  .object({
    currencies: z.array(
      z.object({
        code: z.string().meta({ examples: ['USDT'] }),
        name: z.string(),
        decimals: z.int().meta({ examples: [6] }),
        assets: z.array(
          z.object({
            id: z.string().meta({ description: 'CAIP-19', examples: ['eip155:31337/slip44:60'] }),
            chain: z.string(),
            contract: z.string().nullable().meta({ description: 'Null: the native coin' }),
            decimals: z.int(),
          }),
        ),
      }),
    ),
  })
  .describe('What the house knows of money');

export function currencyRoutes(app: Api, { house }: RouteDeps): void {
  app.get(
    '/v1/currencies',
    {
      config: { roles: ['game-service', 'back-office', 'auditor'] },
      schema: {
        operationId: 'listCurrencies',
        tags: ['Currencies'],
        summary: 'Currencies, and the assets that they are held in on chains',
        response: { 200: registry },
      },
    },
    async () => {
      const { currencies, assets } = house.assets;
      const assetsOf = (code: string) =>
        [...assets.values()]
          .filter(({ currency }) => currency === code)
          .map(({ id, chain, contract, decimals }) => ({ id, chain, contract, decimals }));
      return {
        currencies: [...currencies.values()].map(({ code, name, decimals }) => ({
          ...{ code, name, decimals },
          assets: assetsOf(code),
        })),
      };
    },
  );
}
