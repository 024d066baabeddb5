import type { PoolClient } from 'pg';
import { CHART, ledgerClass } from '../../domain/postings.ts';
import type { TrialBalance, TrialBalanceRow } from '../ledger-reads.ts';
import { totalsAt } from './totals.ts';

export async function trialBalanceAt(client: PoolClient, entry: number): Promise<TrialBalance> {
  const sums = new Map<string, bigint>();
  const rows: TrialBalanceRow[] = [];
  for (const [key, balance] of await totalsAt(client, entry)) {
    const [currency = '', name = ''] = key.split(' ');
    const kind = ledgerClass(name);
    const isDebit = !balance.startsWith('-');
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(balance));
    rows.push({
      ...{ currency, class: kind, ...CHART[kind], balance },
      debit: isDebit ? balance : '0',
      credit: isDebit ? '0' : balance.slice(1),
    });
  }
  const order = ({ currency, code }: TrialBalanceRow) => `${currency} ${code}`;
  rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const inText = [...sums].sort().map(([currency, sum]) => [currency, `${sum}`]);
  return { rows, totals: Object.fromEntries(inText) };
}
