import type { PoolClient } from 'pg';
import { ledgerClass } from '../../domain/postings.ts';

interface Moved {
  readonly account: string;
  readonly currency: string;
  readonly sum: string;
}

/**
 * What each class of accounts comes to after a transfer, by `<currency> <class>`, as text: from the
 * mark before it and the few transfers since. A class that comes to zero is left out.
 */
export async function totalsAt(client: PoolClient, entry: number): Promise<Map<string, string>> {
  const { rows: marks } = await client.query<{ entry: string; totals: Record<string, string> }>(
    'select entry, totals from marks where entry <= $1 order by entry desc limit 1',
    [entry],
  );
  const [mark] = marks;
  const { rows: moved } = await client.query<Moved>(
    `with since as (select * from transfers where entry > $1 and entry <= $2)
     select account, currency, sum(amount)::text as sum
     from (select debit as id, amount from since
           union all select credit, -amount from since) legs
     join ledger_accounts using (id)
     group by account, currency`,
    [mark?.entry ?? 0, entry],
  );
  const totals = new Map(
    Object.entries(mark?.totals ?? {}).map(([key, sum]) => [key, BigInt(sum)]),
  );
  for (const { account, currency, sum } of moved) {
    const key = `${currency} ${ledgerClass(account)}`;
    totals.set(key, (totals.get(key) ?? 0n) + BigInt(sum));
  }
  return new Map([...totals].flatMap(([key, sum]) => (sum === 0n ? [] : [[key, `${sum}`]])));
}
