import { z } from 'zod';
import { CHART, type LedgerClass } from '../../../domain/postings.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { pagingPast, pastOptions, period, periodOf, readingPast, scopeOf } from '../periods.ts';
import { asOf, page, pageAnswer, pageRequest, position, signedAmount, time } from '../schemas.ts';

const side = z.object({
  account: z.string().meta({ examples: ['available:main/p-1001'] }),
  balance: signedAmount.meta({ description: 'After it: debits above zero, credits below' }),
});

const entry = z.int().meta({ description: 'Counts the transfers of the ledger from 1' });

const journalPage = page(
  z.object({
    ...{ entry, position, time, type: z.string(), currency: z.string() },
    amount: signedAmount.meta({ description: 'Moved from the credited account to the debited' }),
    debit: side,
    credit: side,
  }),
).describe('A page of transfers, oldest first');

const classes = Object.keys(CHART) as [LedgerClass, ...LedgerClass[]];

const accountsPage = page(
  z.object({
    account: z.string(),
    currency: z.string(),
    code: z.string().meta({ examples: ['2000'] }),
    kind: z.string(),
    balance: signedAmount,
    position,
  }),
).describe('A page of ledger accounts, by name');

const trialBalance = z
  .object({
    ...asOf,
    rows: z.array(
      z.object({
        ...{ currency: z.string(), code: z.string(), class: z.enum(classes), kind: z.string() },
        ...{ name: z.string(), debit: signedAmount, credit: signedAmount, balance: signedAmount },
      }),
    ),
    totals: z.record(z.string(), z.string()).meta({ examples: [{ USDT: '0' }] }),
  })
  .describe('By currency and class; the totals, debits less credits, are zero');

const problems = ['read-model-behind', 'before-first-transfer', 'time-not-settled'] as const;
const config = { roles: ['back-office', 'auditor'] as const, problems };

/** Double entry: what the events mean in debits and credits. */
export function journalRoutes(app: Api, { readModels }: RouteDeps): void {
  app.get(
    '/v1/journal',
    {
      config,
      schema: {
        operationId: 'readJournal',
        tags: ['Accounts'],
        summary: 'Every transfer of a period, with both balances after it',
        querystring: z.strictObject(period),
        response: { 200: journalPage },
      },
    },
    async ({ query }) => {
      const asked = periodOf(query);
      const scope = { list: 'journal', filter: scopeOf(asked) };
      const { value, ...at } = await readModels.journal({ ...asked, ...pageRequest(scope, query) });
      return { ...at, ...pageAnswer(scope, value) };
    },
  );

  app.get(
    '/v1/ledger-accounts',
    {
      config,
      schema: {
        operationId: 'listLedgerAccounts',
        tags: ['Accounts'],
        summary: 'The accounts behind the trial balance, each with its balance',
        querystring: z.strictObject({ class: z.enum(classes).optional(), ...pagingPast }),
        response: { 200: accountsPage },
      },
    },
    async ({ query }) => {
      const asked = pastOptions(query);
      const filter = query.class === undefined ? {} : { class: query.class };
      const scope = { list: 'ledger-accounts', filter: { ...filter, ...scopeOf(asked) } };
      const wanted = { ...asked, ...filter, ...pageRequest(scope, query) };
      const { value, ...at } = await readModels.ledgerAccounts(wanted);
      return { ...at, ...pageAnswer(scope, value) };
    },
  );

  app.get(
    '/v1/trial-balance',
    {
      config,
      schema: {
        operationId: 'readTrialBalance',
        tags: ['Accounts'],
        summary: 'What each class of accounts comes to',
        querystring: readingPast,
        response: { 200: trialBalance },
      },
    },
    async ({ query }) => {
      const { value, ...at } = await readModels.trialBalance(pastOptions(query));
      return { ...at, rows: [...value.rows], totals: { ...value.totals } };
    },
  );
}
