import type { PoolClient } from 'pg';
import type { Statement, StatementLine } from '../ledger-reads.ts';
import type { PageRequest } from '../read-models.ts';
import { pageOf } from '../reading.ts';
import { LAST_BALANCE, lastLegs, stretchOf } from './last-legs.ts';
import type { Span } from './period.ts';
import type { NamedAccount } from './standing.ts';

interface Row extends Omit<StatementLine, 'entry' | 'time'> {
  readonly entry: string;
  readonly time: Date;
}

/** Undefined when the account wasn't there yet at the end of the span. */
export async function statementOf(
  client: PoolClient,
  named: NamedAccount,
  span: Span,
  { after, limit }: PageRequest,
): Promise<Statement | undefined> {
  const { account, currency } = named;
  const { rows: found } = await client.query<{ id: number }>(
    `select id from ledger_accounts where account = $1 and currency = $2
     and ($3::text is null or opened <= $3)`,
    [account, currency, span.past?.position ?? null],
  );
  const [own] = found;
  if (!own) return undefined;
  const rest = { ...span, after: Math.max(span.after, Number(after ?? 0)) };
  const lines = await linesOf(client, own.id, rest, limit + 1);
  return {
    ...{ account, currency },
    opening: await balanceAt(client, own.id, span.after),
    closing: await balanceAt(client, own.id, span.until),
    ...pageOf(lines, limit, ({ entry }) => `${entry}`),
  };
}

/** Debits and credits each by their index, so that a page costs what it holds. */
async function linesOf(
  client: PoolClient,
  id: number,
  { after, until }: Span,
  limit: number,
): Promise<StatementLine[]> {
  const { rows } = await client.query<Row>(
    `select legs.entry, position, time, e.type, a.account as contra,
       amount::text, balance::text
     from (${legsOf('debit', 'credit', 'amount')} union all ${legsOf('credit', 'debit', '-amount')}
     ) legs
     join event_types e on e.id = legs.type
     join ledger_accounts a on a.id = legs.contra
     order by legs.entry limit $4`,
    [id, after, until, limit],
  );
  return rows.map((row) => ({
    ...row,
    entry: Number(row.entry),
    time: row.time.toISOString(),
  }));
}

function legsOf(side: string, contra: string, amount: string): string {
  const stretch = stretchOf('entry');
  return `(
    select entry, position, time, type, ${contra} as contra, ${amount} as amount,
      ${side}_balance as balance
    from transfers
    where ${side} = $1 and entry > $2 and entry <= $3
      and ${stretch} between ${stretchOf('$2::bigint')} and ${stretchOf('$3::bigint')}
    order by ${stretch}, entry limit $4)`;
}

async function balanceAt(client: PoolClient, id: number, entry: number): Promise<string> {
  const { rows } = await client.query<{ balance: string }>(
    `select ${LAST_BALANCE}::text as balance
     from (select $1::int as id) a ${lastLegs('$2::bigint')}`,
    [id, entry],
  );
  return rows[0]?.balance ?? '0';
}
