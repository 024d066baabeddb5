import type { PoolClient } from 'pg';
import type { JournalEntry } from '../ledger-reads.ts';
import type { Span } from './period.ts';

interface Row extends Omit<JournalEntry, 'entry' | 'time' | 'debit' | 'credit'> {
  readonly entry: string;
  readonly time: Date;
  readonly debit: string;
  readonly credit: string;
  readonly debit_balance: string;
  readonly credit_balance: string;
}

/** The first so many transfers of a span, in order. */
export async function entriesIn(
  client: PoolClient,
  { after, until }: Pick<Span, 'after' | 'until'>,
  limit: number,
): Promise<JournalEntry[]> {
  const { rows } = await client.query<Row>(
    `select t.entry, t.position, t.time, e.type, d.currency, t.amount::text,
       d.account as debit, c.account as credit, t.debit_balance::text, t.credit_balance::text
     from transfers t
     join event_types e on e.id = t.type
     join ledger_accounts d on d.id = t.debit
     join ledger_accounts c on c.id = t.credit
     where t.entry > $1 and t.entry <= $2 order by t.entry limit $3`,
    [after, until, limit],
  );
  return rows.map(({ entry, time, debit, credit, debit_balance, credit_balance, ...same }) => ({
    ...{ entry: Number(entry), time: time.toISOString(), ...same },
    debit: { account: debit, balance: debit_balance },
    credit: { account: credit, balance: credit_balance },
  }));
}
