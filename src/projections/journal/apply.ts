import { accountEvents } from '../../domain/account/events.ts';
import { type EventType, postings } from '../../domain/events.ts';
import type { Leg } from '../../domain/postings.ts';
import { walletEvents } from '../../domain/wallet/events.ts';
import type { Fold, ProjectedEvent, Projection } from '../projection.ts';
import { AddedRows } from '../rows/added-rows.ts';
import { KeyedRows, rowKey } from '../rows/keyed-rows.ts';

export const journal: Projection = {
  name: 'journal',
  version: 1,
  types: [...Object.keys(accountEvents), ...Object.keys(walletEvents)] as EventType[],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['postings', 'ledger_accounts'],
  // One for all: an event left out would make the balances after it wrong in every account.
  keyOf: () => 'books',
  open,
};

interface Line extends Leg {
  readonly of: ProjectedEvent;
  readonly leg: number;
  readonly balance: bigint;
}

type LedgerAccount = Pick<Line, 'account' | 'currency' | 'balance'>;

const accountKey = ({ account, currency }: Pick<Leg, 'account' | 'currency'>) =>
  rowKey(account, currency);

function open(): Fold {
  const accounts = ledgerAccounts();
  const lines = journalLines();
  return {
    load(batch, client) {
      const legs = batch.flatMap(({ event }) => postings(event));
      return accounts.load(new Set(legs.map(accountKey)), client);
    },
    apply(of) {
      postings(of.event).forEach((leg, index) => {
        const key = accountKey(leg);
        const { account, currency, amount } = leg;
        const balance = (accounts.get(key)?.balance ?? 0n) + amount;
        accounts.set(key, { account, currency, balance });
        lines.add({ ...leg, of, leg: index, balance });
      });
    },
    async flush(client) {
      await lines.flush(client);
      await accounts.flush(client);
    },
    get pending() {
      return lines.pending + accounts.pending;
    },
  };
}

function ledgerAccounts() {
  return new KeyedRows<LedgerAccount>({
    table: 'ledger_accounts',
    keyColumns: 2,
    columns: { account: 'text', currency: 'text', balance: 'numeric' },
    toCells: ({ account, currency, balance }) => [account, currency, balance.toString()],
    fromCells: ([account, currency, balance]) => ({
      ...{ account: account ?? '', currency: currency ?? '', balance: BigInt(balance ?? 0) },
    }),
  });
}

function journalLines() {
  return new AddedRows<Line>({
    table: 'postings',
    columns: {
      ...{ position: 'text', leg: 'int', event_id: 'uuid', stream: 'text', type: 'text' },
      ...{ time: 'timestamptz', account: 'text', currency: 'text' },
      ...{ amount: 'numeric', balance: 'numeric' },
    },
    toCells: ({ of, leg, account, currency, amount, balance }) => [
      ...[of.position, leg.toString(), of.id, of.stream, of.event.type, of.time],
      ...[account, currency, amount.toString(), balance.toString()],
    ],
  });
}
