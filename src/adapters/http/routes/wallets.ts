import { z } from 'zod';
import { brandId, chainId, currencyCode, playerId } from '../../../domain/ids.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import {
  given,
  page,
  pageAnswer,
  pageRequest,
  paging,
  position,
  readOptions,
  signedAmount,
  time,
} from '../schemas.ts';

const walletRow = z.object({
  chain: z.string(),
  address: z.string(),
  currency: z.string(),
  brand: z.string().nullable(),
  player: z.string().nullable().meta({ description: 'Null: a wallet of the house' }),
  booked: signedAmount.meta({ description: "The ledger's custody account" }),
  observed: z
    .object({
      amount: signedAmount,
      block: z.object({ height: z.int(), hash: z.string() }),
      time,
    })
    .nullable()
    .meta({ description: 'What the chain said at that final block; null: never anything' }),
  difference: signedAmount.meta({ description: 'Observed less booked' }),
  ahead: signedAmount.meta({ description: 'Booked before it was final on chain' }),
  behind: signedAmount.meta({ description: 'Final on chain before it was booked' }),
  unbooked: signedAmount.meta({ description: 'Known, and never to be booked' }),
  unexplained: signedAmount.meta({ description: 'What is left; zero when the books are right' }),
  unexplainedSince: time.nullable(),
  position,
  ...display,
});

/** What each address of ours holds: the books beside the chain. */
export function walletRoutes(app: Api, { house, readModels }: RouteDeps): void {
  app.get(
    '/v1/wallets',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'listWallets',
        tags: ['Wallets'],
        summary: 'Holdings on chain against the custody accounts, by address and currency',
        querystring: z.strictObject({
          chain: chainId.optional(),
          address: z
            .string()
            .regex(/^[A-Za-z0-9]{10,100}$/, 'must be an address')
            .optional(),
          currency: currencyCode.optional(),
          brand: brandId.optional(),
          player: playerId.optional(),
          show: z
            .enum(['all', 'unexplained'])
            .default('all')
            .meta({ description: 'unexplained: only where books and chain differ' }),
          ...paging,
        }),
        response: { 200: page(walletRow).describe('A page of holdings') },
      },
    },
    async ({ query: { chain, address, currency, brand, player, show, ...query } }) => {
      const filter = given({ chain, address, currency, brand, player });
      const scope = { list: 'wallets', filter: { ...filter, show } };
      const onlyUnexplained = show === 'unexplained';
      const wanted = { ...filter, onlyUnexplained, ...pageRequest(scope, query) };
      const { value, ...at } = await readModels.wallets(wanted, readOptions(query.waitFor));
      const { items, next } = pageAnswer(scope, value);
      const shown = items.map((row) => {
        const { booked, difference, unexplained, observed } = row;
        const amounts = { booked, observed: observed?.amount ?? '0', difference, unexplained };
        return { ...row, ...displayOf(house.assets, row.currency, amounts) };
      });
      return { ...at, items: shown, next };
    },
  );
}
