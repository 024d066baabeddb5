import type { Check } from '../bench.ts';
import { query } from '../servers.ts';
import type { Answers } from './answers.ts';
import { accountOf, FIRST_BALANCE, transactionNumber } from './bets.ts';

interface Row extends Record<string, unknown> {
  readonly id: string;
  readonly transaction: string;
  readonly account: string;
  readonly amount: string;
  readonly balance: string;
}

const PAGE_ROWS = 20_000;

/** The same questions to the baseline: what isn't right would not be worth a comparison. */
export async function checkSqlLedger(
  url: string,
  accounts: number,
  answers: Answers,
): Promise<Check[]> {
  const wrong: string[] = [];
  const balances = new Map<string, number>();
  let [after, answered, bets] = ['0', 0, 0];
  await query(url, 'create index if not exists by_id on transactions (id)');
  for (let rows: Row[] = [], first = true; first || rows.length === PAGE_ROWS; first = false) {
    rows = await query<Row>(
      url,
      `select id, transaction, account, amount, balance from transactions
       where id > $1 order by id limit ${PAGE_ROWS}`,
      [after],
    );
    for (const { id, transaction, account, amount, balance } of rows) {
      const now = (balances.get(account) ?? FIRST_BALANCE) - Number(amount);
      balances.set(account, now);
      bets += Number(amount);
      if (now !== Number(balance) || now < 0) wrong.push(`${transaction}: ${balance}, not ${now}`);
      const answer = answers.at(transactionNumber(transaction));
      if (!answer) continue;
      answered++;
      const isSame =
        answer.place === Number(id) &&
        answer.balance === now &&
        answer.account === accountOf(account);
      if (!isSame) wrong.push(`${transaction} was answered with other values`);
      after = id;
    }
    after = rows.at(-1)?.id ?? after;
  }
  const [total] = await query<{ sum: string }>(url, 'select sum(balance) from accounts');
  const sum = Number(total?.sum);
  if (sum !== accounts * FIRST_BALANCE - bets) wrong.push(`the balances are ${sum} together`);
  if (answered !== answers.count) wrong.push(`${answers.count - answered} answers are not there`);
  return [
    {
      name: 'baseline',
      ok: wrong.length === 0,
      detail:
        wrong.slice(0, 3).join('; ') ||
        `${answered} acknowledged, each in its row; balances add up`,
    },
  ];
}
