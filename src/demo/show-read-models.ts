import type { Comparison } from '../projections/replay.ts';
import type { Client } from './client.ts';
import { money, short } from './describe.ts';
import { until } from './follow.ts';
import type { Narrator } from './narrator.ts';

type Row = Readonly<Record<string, unknown>>;

interface Shown {
  readonly title: string;
  readonly path: string;
  readonly columns: readonly string[];
  readonly rowsOf: (answer: Row) => readonly (readonly unknown[])[];
}

const MOST_ROWS = 10;
const DAY_MS = 86_400_000;

const items = (answer: Row, name = 'items') => answer[name] as readonly Row[];
const since = (seconds: unknown) => `${seconds} s`;

/** What the back office and auditors read, each from its route. */
function tablesOf(player: string, nowMs: number): readonly Shown[] {
  return [...bookTables(player), ...workTables(player), ...judgingTables(player, nowMs)];
}

function bookTables(player: string): readonly Shown[] {
  return [
    {
      title: `balances of ${player}`,
      path: `/v1/players/main/${player}/balances`,
      columns: ['currency', 'available', 'held', 'owed'],
      rowsOf: (answer) =>
        items(answer, 'balances').map(({ currency, available, held, receivable }) => [
          ...[currency, money(available, currency), money(held, currency)],
          money(receivable, currency),
        ]),
    },
    {
      title: 'trial balance of the journal',
      path: '/v1/trial-balance',
      columns: ['code', 'account', 'debit', 'credit'],
      rowsOf: (answer) =>
        items(answer, 'rows').map(({ code, name, debit, credit, currency }) => [
          ...[code, name, money(debit, currency), money(credit, currency)],
        ]),
    },
  ];
}

function workTables(player: string): readonly Shown[] {
  return [
    {
      title: 'deposits',
      path: `/v1/deposits?player=${player}`,
      columns: ['transaction', 'amount', 'status', 'seen', 'age', 'way'],
      rowsOf: (answer) =>
        items(answer).map((d) => [
          ...[short(d.txid), money(d.amount, d.currency), d.status],
          ...[`${d.confirmations} of ${d.required}`, since(d.ageSeconds), wayOf(d)],
        ]),
    },
    {
      title: 'withdrawals',
      path: `/v1/withdrawals?player=${player}`,
      columns: ['transaction', 'amount', 'status', 'risk', 'age', 'node'],
      rowsOf: (answer) =>
        items(answer).map((w) => {
          const { score, outcome } = (w.risk ?? {}) as Row;
          const answers = ((w.payout as Row | null)?.answers ?? []) as readonly Row[];
          return [
            ...[short(w.txid), money(w.amount, w.currency), w.status, `${score} ${outcome}`],
            ...[since(w.ageSeconds), answers.map(({ answer: said }) => said).join(', ')],
          ];
        }),
    },
    {
      title: 'wallets, books beside chain',
      path: '/v1/wallets',
      columns: ['address', 'booked', 'observed', 'block', 'unexplained'],
      rowsOf: (answer) =>
        items(answer).map((w) => {
          const { amount = '0', block } = (w.observed ?? {}) as Row;
          return [
            ...[short(w.address), money(w.booked, w.currency), money(amount, w.currency)],
            ...[(block as Row | undefined)?.height ?? '', money(w.unexplained, w.currency)],
          ];
        }),
    },
  ];
}

function judgingTables(player: string, nowMs: number): readonly Shown[] {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const span = `from=${day(nowMs - DAY_MS)}&to=${day(nowMs + DAY_MS)}`;
  return [
    {
      title: 'risk',
      path: `/v1/players/main/${player}/risk`,
      columns: ['player', 'score', 'outcome', 'rules', 'reasons'],
      rowsOf: ({ risk }) => {
        if (risk === null) return [];
        const { score, outcome, ruleSet, reasons } = risk as Row;
        const rules = (reasons as readonly Row[]).map(({ rule }) => rule).join(', ');
        return [[player, score, outcome, ruleSet, rules || 'none']];
      },
    },
    {
      title: 'analytics',
      path: `/v1/analytics/report?by=day,currency&${span}`,
      columns: ['day', 'deposited', 'staked', 'won', 'GGR', 'withdrawn'],
      rowsOf: (answer) =>
        items(answer, 'rows').map(({ group, amounts: all }) => {
          const { day: date, currency } = group as Row;
          const amounts = all as Row;
          const { deposited, staked, won, ggr, withdrawn } = amounts;
          const each = [deposited, staked, won, ggr, withdrawn];
          return [date, ...each.map((amount) => money(amount, currency))];
        }),
    },
  ];
}

const wayOf = ({ steps }: Row) => (steps as readonly Row[]).map(({ status }) => status).join(' > ');

/** A table of each read model, as of the end of the log, and then the digests of all. */
export async function showReadModels(
  auditor: Client,
  player: string,
  head: string,
  compared: readonly Comparison[],
  narrator: Narrator,
): Promise<void> {
  narrator.chapter('The read models');
  // The chain is asked at final blocks: what was paid last is known a moment later.
  await until('books and chain are equal in the read model', async () => {
    const { items: left } = await auditor.get('/v1/wallets?show=unexplained');
    return (left as readonly Row[]).length === 0 ? true : undefined;
  });
  for (const { title, path, columns, rowsOf } of tablesOf(player, Date.now())) {
    const separator = path.includes('?') ? '&' : '?';
    const answer = await auditor.get(`${path}${separator}waitFor=${head}`);
    const rows = rowsOf(answer);
    narrator.table(`${title}, at ${answer.position}`, columns, rows.slice(0, MOST_ROWS));
    if (rows.length > MOST_ROWS) narrator.plain(`    and ${rows.length - MOST_ROWS} more`);
  }
  narrator.table(
    'digests, live and rebuilt from event 1',
    ['read model', 'position', 'live', 'rebuilt', ''],
    compared.map(({ name, position, live, replayed, equal }) => [
      ...[name, position, short(live), short(replayed), equal ? 'equal' : 'DIFFERENT'],
    ]),
  );
}
