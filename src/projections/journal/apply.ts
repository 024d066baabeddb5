import type { PoolClient } from 'pg';
import { accountEvents } from '../../domain/account/events.ts';
import { type EventType, postings } from '../../domain/events.ts';
import type { Leg } from '../../domain/postings.ts';
import { walletEvents } from '../../domain/wallet/events.ts';
import type { ProjectedEvent, Projection } from '../projection.ts';

export const journal: Projection = {
  name: 'journal',
  version: 1,
  types: [...Object.keys(accountEvents), ...Object.keys(walletEvents)] as EventType[],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['postings', 'ledger_accounts'],
  apply,
};

interface Line extends Leg {
  readonly of: ProjectedEvent;
  readonly leg: number;
  readonly balance: bigint;
}

const keyOf = ({ account, currency }: Pick<Leg, 'account' | 'currency'>) =>
  `${account} ${currency}`;

async function apply(batch: readonly ProjectedEvent[], client: PoolClient): Promise<void> {
  const legs = batch.flatMap((of) => postings(of.event).map((leg, index) => ({ of, leg, index })));
  const touched = new Map(legs.map(({ leg }) => [keyOf(leg), leg]));
  if (touched.size === 0) return;
  const balances = await loadBalances(client, [...touched.values()]);
  const lines = legs.map(({ of, leg, index }): Line => {
    const balance = (balances.get(keyOf(leg)) ?? 0n) + leg.amount;
    balances.set(keyOf(leg), balance);
    return { ...leg, of, leg: index, balance };
  });
  await insertLines(client, lines);
  const accounts = [...touched.values()];
  await client.query(
    `insert into ledger_accounts
     select * from unnest($1::text[], $2::text[], $3::numeric[])
     on conflict (account, currency) do update set balance = excluded.balance`,
    [
      accounts.map((a) => a.account),
      accounts.map((a) => a.currency),
      accounts.map((a) => String(balances.get(keyOf(a)))),
    ],
  );
}

async function loadBalances(
  client: PoolClient,
  accounts: readonly Leg[],
): Promise<Map<string, bigint>> {
  const { rows } = await client.query<{ account: string; currency: string; balance: string }>(
    `select account, currency, balance::text from ledger_accounts
     join unnest($1::text[], $2::text[]) wanted (account, currency) using (account, currency)`,
    [accounts.map((a) => a.account), accounts.map((a) => a.currency)],
  );
  return new Map(rows.map((row) => [keyOf(row), BigInt(row.balance)]));
}

async function insertLines(client: PoolClient, lines: readonly Line[]): Promise<void> {
  await client.query(
    `insert into postings
       (position, leg, event_id, stream, type, time, account, currency, amount, balance)
     select * from unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[],
       $6::timestamptz[], $7::text[], $8::text[], $9::numeric[], $10::numeric[])`,
    [
      lines.map((l) => l.of.position),
      lines.map((l) => l.leg),
      lines.map((l) => l.of.id),
      lines.map((l) => l.of.stream),
      lines.map((l) => l.of.event.type),
      lines.map((l) => l.of.metadata.time),
      lines.map((l) => l.account),
      lines.map((l) => l.currency),
      lines.map((l) => l.amount.toString()),
      lines.map((l) => l.balance.toString()),
    ],
  );
}
