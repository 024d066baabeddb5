import type { PoolClient } from 'pg';
import { type AccountKind, CHART, type LedgerClass } from '../../domain/postings.ts';
import { trialBalanceAt } from '../journal/trial-balance.ts';
import type { HouseBalanceRow } from '../read-models.ts';

const GROWS_BY_DEBITS: ReadonlySet<AccountKind> = new Set(['asset', 'expense']);
const CLASSES = Object.keys(CHART) as LedgerClass[];

/** The accounting equation, currency by currency. */
export async function houseBalancesAt(
  client: PoolClient,
  entry: number,
): Promise<readonly HouseBalanceRow[]> {
  const { rows, totals } = await trialBalanceAt(client, entry);
  return Object.keys(totals).map((currency) => {
    const debits = new Map(
      rows.filter((row) => row.currency === currency).map((row) => [row.class, row.balance]),
    );
    const own = (name: LedgerClass) => BigInt(debits.get(name) ?? 0);
    const sum = (...kinds: AccountKind[]) =>
      CLASSES.filter((name) => kinds.includes(CHART[name].kind)).reduce(
        (all, name) => all + own(name),
        0n,
      );
    const accounts = CLASSES.map((name) => {
      const balance = own(name);
      return [name, `${GROWS_BY_DEBITS.has(CHART[name].kind) ? balance : -balance}`];
    });
    const [assets, liabilities] = [sum('asset'), -sum('liability')];
    const equity = -sum('equity', 'revenue', 'expense');
    return {
      currency,
      accounts: Object.fromEntries(accounts) as HouseBalanceRow['accounts'],
      ...{ assets: `${assets}`, liabilities: `${liabilities}`, equity: `${equity}` },
      difference: `${assets - liabilities - equity}`,
    };
  });
}
