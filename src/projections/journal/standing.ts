import type { PoolClient } from 'pg';
import { textArray } from '../rows/columns.ts';
import type { Standing } from './books.ts';
import { LAST_BALANCE, lastLegs } from './last-legs.ts';
import { totalsAt } from './totals.ts';

/** Where the tables stand: their newest mark, and what came after it. */
export async function readStanding(client: PoolClient): Promise<Standing> {
  const { rows } = await client.query<{ entry: string; accounts: string; clock: Date | null }>(
    `select (select coalesce(max(entry), 0) from transfers) as entry,
       (select coalesce(max(id), 0) from ledger_accounts) as accounts,
       greatest((select max(clock) from marks),
                (select max(time) from transfers
                 where entry > (select coalesce(max(entry), 0) from marks)),
                (select max(time) from ticks)) as clock`,
  );
  const { rows: types } = await client.query<{ type: string }>(
    'select type from event_types order by id',
  );
  const entry = Number(rows[0]?.entry ?? 0);
  return {
    entry,
    accounts: Number(rows[0]?.accounts ?? 0),
    clock: rows[0]?.clock?.toISOString() ?? '',
    types: types.map(({ type }) => type),
    totals: Object.fromEntries(await totalsAt(client, entry)),
  };
}

export interface NamedAccount {
  readonly account: string;
  readonly currency: string;
}

export interface AccountBalance extends NamedAccount {
  readonly id: number;
  /** Debits above zero. */
  readonly balance: string;
}

/** Those of the accounts that there are, each with its balance after a transfer. */
export async function balancesOf(
  client: PoolClient,
  accounts: readonly NamedAccount[],
  until: number,
): Promise<readonly AccountBalance[]> {
  const { rows } = await client.query<AccountBalance>(
    `select a.id, a.account, a.currency, ${LAST_BALANCE}::text as balance
     from unnest($1::text[], $2::text[]) wanted (account, currency)
     join ledger_accounts a using (account, currency) 
     ${lastLegs('$3::bigint')}`,
    [textArray(accounts.map((a) => a.account)), textArray(accounts.map((a) => a.currency)), until],
  );
  return rows;
}
