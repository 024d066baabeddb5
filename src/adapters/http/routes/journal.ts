import { z } from 'zod';
import { currencyCode } from '../../../domain/ids.ts';
import { CHART, ledgerAccount } from '../../../domain/postings.ts';
import type { Api, RouteDeps } from '../deps.ts';
import {
  accountPath,
  asOf,
  given,
  type PageQuery,
  page,
  pageAnswer,
  pageRequest,
  paging,
  position,
  reading,
  readOptions,
  signedAmount,
  time,
} from '../schemas.ts';
import { checkAccount } from './accounts.ts';

const journalRow = z.object({
  position,
  leg: z.int(),
  eventId: z.string(),
  stream: z.string(),
  type: z.string(),
  time,
  account: z.string().meta({ examples: ['available:main/p-1001'] }),
  currency: z.string(),
  amount: signedAmount.meta({ description: 'Debits above zero, credits below' }),
  balance: signedAmount.meta({ description: 'Of the account after this leg' }),
});

const journalPage = page(journalRow).describe('A page of postings, oldest first');

const trialBalance = z
  .object({
    ...asOf,
    rows: z.array(
      z.object({
        currency: z.string(),
        account: z.string(),
        code: z.string(),
        kind: z.string(),
        balance: signedAmount,
      }),
    ),
    totals: z.record(z.string(), z.string()).meta({ examples: [{ USDT: '0' }] }),
  })
  .describe('All ledger accounts; the totals are zero when the books are right');

const classes = Object.keys(CHART).join('|');
const ledgerAccountInput = z
  .string()
  .regex(
    new RegExp(`^(${classes})(:[A-Za-z0-9:_-]{1,64}/[A-Za-z0-9_-]{1,100})?$`),
    'must be a ledger account such as gaming or available:main/p-1001',
  )
  .meta({ examples: ['available:main/p-1001'] });

/** Double entry: what the events mean in debits and credits. */
export function journalRoutes(app: Api, deps: RouteDeps): void {
  const { readModels } = deps;
  trialBalanceRoute(app, deps);
  const read = async (
    filter: { account?: string; currency?: string },
    query: PageQuery & { readonly waitFor?: string | undefined },
  ) => {
    const scope = { list: 'journal', filter };
    const wanted = { ...filter, ...pageRequest(scope, query) };
    const { value, ...at } = await readModels.journal(wanted, readOptions(query.waitFor));
    return { ...at, ...pageAnswer(scope, value) };
  };

  app.get(
    '/v1/accounts/:brand/:player/:currency/journal',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: ['player-not-found', 'currency-unknown', 'read-model-behind'],
      },
      schema: {
        operationId: 'readAccountJournal',
        tags: ['Accounts'],
        summary: "The postings of one of a player's ledger accounts",
        params: accountPath,
        querystring: z.strictObject({
          class: z.enum(['available', 'held', 'receivable']).default('available'),
          ...paging,
        }),
        response: { 200: journalPage },
      },
    },
    async ({ params, query }) => {
      await checkAccount(deps, params);
      const { brand, player, currency } = params;
      return read({ account: ledgerAccount(query.class, brand, player), currency }, query);
    },
  );

  app.get(
    '/v1/journal',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'readJournal',
        tags: ['Accounts'],
        summary: 'The postings of the whole ledger',
        querystring: z.strictObject({
          account: ledgerAccountInput.optional(),
          currency: currencyCode.optional(),
          ...paging,
        }),
        response: { 200: journalPage },
      },
    },
    async ({ query: { account, currency, ...query } }) => read(given({ account, currency }), query),
  );
}

function trialBalanceRoute(app: Api, { readModels }: RouteDeps): void {
  app.get(
    '/v1/trial-balance',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['read-model-behind'] },
      schema: {
        operationId: 'readTrialBalance',
        tags: ['Accounts'],
        summary: 'Every ledger account and its balance',
        querystring: reading,
        response: { 200: trialBalance },
      },
    },
    async ({ query }) => {
      const { value, ...at } = await readModels.trialBalance(readOptions(query.waitFor));
      return { ...at, rows: [...value.rows], totals: { ...value.totals } };
    },
  );
}
