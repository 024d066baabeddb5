import { displayAmount } from '../../../domain/money.ts';
import {
  type AccountKind,
  CHART,
  type LedgerClass,
  ledgerClass,
} from '../../../domain/postings.ts';
import type { Decimals, JournalEntry, LedgerAccountRow } from '../../ledger-reads.ts';
import { decimalsOf } from './decimals.ts';
import type { Walk } from './walk.ts';

/** The roots by which hledger knows what an account is. */
const ROOTS: Readonly<Record<AccountKind, string>> = {
  asset: 'assets',
  liability: 'liabilities',
  equity: 'equity',
  revenue: 'revenues',
  expense: 'expenses',
};

/**
 * A journal that hledger reads. It ends with an assertion of what each account comes to by the
 * running balances of the read model, so that hledger itself finds what doesn't add up.
 */
export async function* hledgerOf(walk: Walk, decimals: Decimals): AsyncIterable<string> {
  yield header(walk, decimals);
  let latest = '';
  for await (const event of walk.events()) {
    const [first] = event;
    if (!first) continue;
    const date = first.time.slice(0, DATE);
    // Times may step back from one event to the next; the assertions stand behind them all.
    if (date > latest) latest = date;
    yield `${date} * ${first.type}  ; position:${first.position}, time:${first.time}\n${event
      .map((entry) => legsOf(entry, decimals))
      .join('')}\n`;
  }
  for await (const accounts of walk.accounts()) {
    if (accounts.length === 0) continue;
    const lines = accounts.map((account) => assertionOf(account, decimals));
    yield `${latest} * Closing balances  ; position:${walk.position}\n${lines.join('')}\n`;
  }
}

const DATE = '2026-01-31'.length;

function header({ position, brand }: Walk, decimals: Decimals): string {
  const commodities = [...decimals].map(
    ([currency, { decimals: digits }]) =>
      `commodity 1000.${'0'.repeat(digits)} ${symbolOf(currency)}\n`,
  );
  const accounts = (Object.keys(CHART) as LedgerClass[]).map(
    (name) => `account ${accountName(name)}  ; code:${CHART[name].code}, ${CHART[name].name}\n`,
  );
  const whose = brand === undefined ? 'the whole ledger' : `the players of brand ${brand}`;
  return (
    `; Countinghouse: ${whose}, as of position ${position}. Times are UTC.\n` +
    `decimal-mark .\n${commodities.join('')}${accounts.join('')}\n`
  );
}

function legsOf({ debit, credit, currency, amount }: JournalEntry, decimals: Decimals): string {
  const money = amountOf(amount, currency, decimals);
  return (
    `    ${accountName(debit.account)}  ${money}\n` +
    `    ${accountName(credit.account)}  -${money}\n`
  );
}

function assertionOf({ account, currency, balance }: LedgerAccountRow, decimals: Decimals): string {
  const symbol = symbolOf(currency);
  return `    ${accountName(account)}  0 ${symbol} = ${amountOf(balance, currency, decimals)}\n`;
}

const amountOf = (amount: string, currency: string, decimals: Decimals): string =>
  `${displayAmount(BigInt(amount), decimalsOf(decimals, currency))} ${symbolOf(currency)}`;

/** hledger takes digits in a symbol only between quotes. */
const symbolOf = (currency: string): string =>
  /[0-9]/.test(currency) ? `"${currency}"` : currency;

const accountName = (account: string): string =>
  `${ROOTS[CHART[ledgerClass(account)].kind]}:${account}`;
