import { z } from 'zod';
import { currencyCode } from '../../../domain/ids.ts';
import { CHART, ledgerAccount, ledgerName } from '../../../domain/postings.ts';
import type { Statement } from '../../../projections/ledger-reads.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { type PeriodQuery, period, periodOf, scopeOf } from '../periods.ts';
import { Problem } from '../problems.ts';
import {
  accountPath,
  page,
  pageAnswer,
  pageRequest,
  position,
  signedAmount,
  time,
} from '../schemas.ts';
import { checkAccount } from './accounts.ts';

const line = z.object({
  ...{ entry: z.int(), position, time, type: z.string().meta({ examples: ['BetDebited'] }) },
  contra: z.string().meta({ description: 'The other side', examples: ['gaming'] }),
  amount: signedAmount.meta({ description: 'Debits above zero, credits below' }),
  balance: signedAmount.meta({ description: 'Of the account after this' }),
});

const statement = page(line)
  .extend({
    account: z.string().meta({ examples: ['available:main/p-1001'] }),
    currency: z.string(),
    opening: signedAmount.meta({ description: 'Before the period, whichever page this is' }),
    closing: signedAmount.meta({ description: 'At its end' }),
  })
  .describe('A page of what moved on one ledger account in a period, oldest first');

const classes = Object.keys(CHART).join('|');
const ledgerAccountInput = z
  .string()
  .regex(
    new RegExp(`^(${classes})(:[A-Za-z0-9:_-]{1,64}/[A-Za-z0-9_-]{1,100})?$`),
    'must be a ledger account such as gaming or available:main/p-1001',
  )
  .meta({ examples: ['available:main/p-1001'] });

const problems = ['read-model-behind', 'before-first-transfer', 'time-not-settled'] as const;
const roles = ['back-office', 'auditor'] as const;

type Named = Pick<Statement, 'account' | 'currency'>;

export function statementRoutes(app: Api, deps: RouteDeps): void {
  const read = statementReader(deps);

  app.get(
    '/v1/accounts/:brand/:player/:currency/statement',
    {
      config: {
        roles,
        problems: ['player-not-found', 'currency-unknown', 'ledger-account-not-found', ...problems],
      },
      schema: {
        operationId: 'readAccountStatement',
        tags: ['Accounts'],
        summary: "What moved on one of a player's ledger accounts in a period",
        params: accountPath,
        querystring: z.strictObject({
          class: z.enum(['available', 'held', 'receivable']).default('available'),
          ...period,
        }),
        response: { 200: statement },
      },
    },
    async ({ params, query }) => {
      await checkAccount(deps, params);
      const { brand, player, currency } = params;
      const named = { account: ledgerName(ledgerAccount(query.class, brand, player)), currency };
      const found = await read(named, query);
      if (found) return found;
      // An account that is open has nothing held and owes nothing until something says so.
      const own = { account: ledgerName(ledgerAccount('available', brand, player)), currency };
      const { after: _, ...first } = query;
      const open = await read(own, first);
      if (!open) throw new Problem('ledger-account-not-found', undefined, { ...named });
      return { ...open, ...named, opening: '0', closing: '0', items: [], next: null };
    },
  );

  app.get(
    '/v1/ledger-accounts/:account/:currency/statement',
    {
      config: { roles, problems: ['ledger-account-not-found', ...problems] },
      schema: {
        operationId: 'readLedgerAccountStatement',
        tags: ['Accounts'],
        summary: 'What moved on any ledger account in a period',
        params: z.strictObject({ account: ledgerAccountInput, currency: currencyCode }),
        querystring: z.strictObject(period),
        response: { 200: statement },
      },
    },
    async ({ params, query }) => {
      const found = await read(params, query);
      if (!found) throw new Problem('ledger-account-not-found', undefined, { ...params });
      return found;
    },
  );
}

function statementReader({ readModels }: RouteDeps) {
  return async (named: Named, query: PeriodQuery) => {
    const asked = periodOf(query);
    const scope = { list: 'statement', filter: { ...named, ...scopeOf(asked) } };
    const wanted = { ...named, ...asked, ...pageRequest(scope, query) };
    const { value, ...at } = await readModels.statement(wanted);
    if (!value) return undefined;
    const { account, currency, opening, closing } = value;
    return { ...at, account, currency, opening, closing, ...pageAnswer(scope, value) };
  };
}
