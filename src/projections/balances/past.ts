import type { PoolClient } from 'pg';
import type { PlayerRef } from '../../domain/ids.ts';
import { type LedgerClass, ledgerAccount, ledgerClass, ledgerName } from '../../domain/postings.ts';
import { LAST_BALANCE, LAST_POSITION, lastLegs } from '../journal/last-legs.ts';
import type { Span } from '../journal/period.ts';
import type { BalanceRow } from '../read-models.ts';

const CLASSES: readonly LedgerClass[] = ['available', 'held', 'receivable'];

interface Row {
  readonly account: string;
  readonly currency: string;
  readonly balance: string;
  readonly position: string;
}

/** What a replay up to there would leave in `balances`, out of the journal. */
export async function balancesAt(
  client: PoolClient,
  { brand, player }: PlayerRef,
  { until, past }: Span,
): Promise<readonly BalanceRow[]> {
  const { rows } = await client.query<Row>(
    `select a.account, a.currency, ${LAST_BALANCE}::text as balance,
       coalesce(${LAST_POSITION}, a.opened) as position
     from ledger_accounts a ${lastLegs('$3::bigint')}
     where a.account = any($1::text[]) and a.opened <= $2 order by a.currency`,
    [CLASSES.map((kind) => ledgerName(ledgerAccount(kind, brand, player))), past?.position, until],
  );
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  return currencies.map((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    const balance = (kind: LedgerClass) =>
      BigInt(own.find(({ account }) => ledgerClass(account) === kind)?.balance ?? 0);
    const receivable = balance('receivable');
    return {
      ...{ brand, player, currency, bonus: '0', frozen: receivable > 0n },
      // Liabilities are credits, which are below zero in the books.
      ...{ available: `${-balance('available')}`, held: `${-balance('held')}` },
      receivable: `${receivable}`,
      position:
        own
          .map(({ position }) => position)
          .toSorted()
          .at(-1) ?? '',
    };
  });
}
