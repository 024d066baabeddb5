import type { PoolClient } from 'pg';
import { CHART, ledgerClass } from '../../domain/postings.ts';
import type { LedgerAccountRow } from '../ledger-reads.ts';
import type { Page, PageRequest } from '../read-models.ts';
import { pageOf } from '../reading.ts';
import { LAST_BALANCE, LAST_POSITION, lastLegs } from './last-legs.ts';
import type { Span } from './period.ts';

type Row = Omit<LedgerAccountRow, 'code' | 'kind'>;

/** Greater than whatever a name goes on with. */
const BEYOND = '\u{10ffff}';

/** By name, those that begin with the prefix, as they stood at the end of the span. */
export async function listAccounts(
  client: PoolClient,
  prefix: string,
  { until, past }: Span,
  { after, limit }: PageRequest,
): Promise<Page<LedgerAccountRow>> {
  const [account, currency] = after?.split(' ') ?? [prefix, ''];
  const { rows } = await client.query<Row>(
    `select a.account, a.currency, ${LAST_BALANCE}::text as balance,
       coalesce(${LAST_POSITION}, a.opened) as position
     from (select * from ledger_accounts
           where (account, currency) > ($1, $2) and account < $3
             and ($4::text is null or opened <= $4)
           order by account, currency limit $5) a
     ${lastLegs('$6::bigint')}
     order by a.account, a.currency`,
    [account, currency, prefix + BEYOND, past?.position ?? null, limit + 1, until],
  );
  const named = rows.map((row) => {
    const { code, kind } = CHART[ledgerClass(row.account)];
    return { ...row, code, kind };
  });
  return pageOf(named, limit, (row) => `${row.account} ${row.currency}`);
}
