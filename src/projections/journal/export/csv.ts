import { CHART, ledgerClass } from '../../../domain/postings.ts';
import type { Decimals, JournalEntry } from '../../ledger-reads.ts';
import { decimalsOf } from './decimals.ts';
import type { Walk } from './walk.ts';

const COLUMNS = [
  ...['entry', 'position', 'time', 'type', 'code', 'account', 'contra'],
  ...['currency', 'decimals', 'amount', 'balance'],
];

/**
 * RFC 4180, a line for each side of each transfer. Amounts are integers in the smallest unit,
 * debits above zero. Balances are the whole ledger's, also where only one brand is shown.
 * No value needs quotes, and none is a formula: ids, names and currencies have neither commas nor
 * blanks, and accounts begin with their class.
 */
export async function* csvOf(walk: Walk, decimals: Decimals): AsyncIterable<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const event of walk.events()) {
    yield event.map((entry) => linesOf(entry, decimalsOf(decimals, entry.currency))).join('');
  }
}

function linesOf(
  { entry, position, time, type, currency, amount, debit, credit }: JournalEntry,
  decimals: number,
): string {
  const start = `${entry},${position},${time},${type}`;
  const line = (own: typeof debit, contra: string, signed: string) =>
    `${start},${CHART[ledgerClass(own.account)].code},${own.account},${contra}` +
    `,${currency},${decimals},${signed},${own.balance}\r\n`;
  return line(debit, credit.account, amount) + line(credit, debit.account, `-${amount}`);
}
