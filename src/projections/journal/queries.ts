import { CHART, ledgerClass } from '../../domain/postings.ts';
import type { JournalRow, ReadModels, TrialBalance } from '../read-models.ts';
import { pageOf, type Reading, reflecting } from '../reading.ts';
import { journal } from './apply.ts';

interface AccountBalance {
  readonly account: string;
  readonly currency: string;
  readonly balance: string;
}

/** `<position>/<leg>`: a leg's own place, so that no page ever splits or repeats one. */
const cursorOf = ({ position, leg }: JournalRow) => `${position}/${leg}`;

export function journalQueries(reading: Reading): Pick<ReadModels, 'journal' | 'trialBalance'> {
  return {
    journal: ({ account, currency, after, limit }, options = {}) =>
      reflecting(reading, journal, options, async (client) => {
        const [position = '', leg = '-1'] = after?.split('/') ?? [];
        const { rows } = await client.query<Omit<JournalRow, 'time'> & { time: Date }>(
          `select position, leg, event_id as "eventId", stream, type, time, account, currency,
                  amount::text, balance::text
           from postings
           where (position, leg) > ($1, $2)
             and ($3::text is null or account = $3)
             and ($4::text is null or currency = $4)
           order by position, leg limit $5`,
          [position, leg, account ?? null, currency ?? null, limit + 1],
        );
        const shown = rows.map((row) => ({ ...row, time: row.time.toISOString() }));
        return pageOf(shown, limit, cursorOf);
      }),

    trialBalance: (options = {}) =>
      reflecting(reading, journal, options, async (client) => {
        const { rows } = await client.query<AccountBalance>(
          `select account, currency, balance::text from ledger_accounts`,
        );
        return trialBalanceOf(rows);
      }),
  };
}

function trialBalanceOf(balances: readonly AccountBalance[]): TrialBalance {
  const totals = new Map<string, bigint>();
  const rows = balances.map(({ account, currency, balance }) => {
    totals.set(currency, (totals.get(currency) ?? 0n) + BigInt(balance));
    const { code, kind } = CHART[ledgerClass(account)];
    return { currency, account, code, kind, balance };
  });
  const order = (row: { currency: string; code: string; account: string }) =>
    `${row.currency} ${row.code} ${row.account}`;
  rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const inText = [...totals].sort().map(([currency, sum]) => [currency, sum.toString()]);
  return { rows, totals: Object.fromEntries(inText) };
}
