import type { PoolClient } from 'pg';
import { accountEvents } from '../../domain/account/events.ts';
import { clockEvents } from '../../domain/clock/events.ts';
import { type EventType, transfers } from '../../domain/events.ts';
import { ledgerAccount, ledgerName, type Transfer } from '../../domain/postings.ts';
import { walletEvents } from '../../domain/wallet/events.ts';
import type { Fold, ProjectedEvent, Projection } from '../projection.ts';
import { Books, keyOf } from './books.ts';
import { balancesOf, readStanding } from './standing.ts';

export const journal: Projection = {
  name: 'journal',
  version: 3,
  types: [accountEvents, walletEvents, clockEvents].flatMap(Object.keys) as EventType[],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['ledger_accounts', 'event_types', 'transfers', 'ticks', 'marks'],
  keyOf: () => 'books',
  order: 'whole',
  open,
};

/** Accounts kept in memory for the next batch; up to twice as many for a moment. */
const KEPT_ACCOUNTS = 100_000;

function open(): Fold {
  let books: Books | undefined;
  /** Every account that there is is in memory: one that isn't here is new. */
  let isWhole = false;
  /** What the events that were loaded mean, worked out once. */
  const moves = new Map<ProjectedEvent, readonly Transfer[]>();

  const start = async (client: PoolClient): Promise<Books> => {
    const standing = await readStanding(client);
    isWhole = standing.accounts === 0;
    return new Books(standing);
  };

  return {
    async load(batch, client) {
      books ??= await start(client);
      if (isWhole) return;
      const missing = new Map<string, { account: string; currency: string }>();
      const need = (account: string, currency: string) => {
        const key = keyOf(account, currency);
        if (books?.accounts.get(key) === undefined) missing.set(key, { account, currency });
      };
      for (const projected of batch) {
        const moved = transfers(projected.event);
        moves.set(projected, moved);
        for (const { debit, credit, currency } of moved) {
          need(ledgerName(debit), currency);
          need(ledgerName(credit), currency);
        }
        const opened = openedBy(projected);
        if (opened) need(...opened);
      }
      if (missing.size === 0) return;
      for (const known of await balancesOf(client, [...missing.values()], books.entry)) {
        books.know(known.id, known.account, known.currency, BigInt(known.balance));
      }
    },
    apply(projected) {
      const moved = isWhole ? transfers(projected.event) : moves.get(projected);
      if (!books || !moved) throw new Error(`event ${projected.id} was not loaded`);
      const { event, time, position } = projected;
      const opened = openedBy(projected);
      if (opened) books.open(...opened, position);
      if (event.type === 'TimePassed') books.tick(time, position);
      for (const each of moved) books.post(each, event.type, time, position);
      moves.delete(projected);
    },
    async flush(client) {
      for (const rows of Object.values(books?.rows ?? {})) await rows.flush(client);
      if (books?.accounts.turn(KEPT_ACCOUNTS)) isWhole = false;
    },
    get pending() {
      return Object.values(books?.rows ?? {}).reduce((sum, { pending }) => sum + pending, 0);
    },
  };
}

/** A player's account stands in the books from its opening, before any money. */
function openedBy({ event }: ProjectedEvent): readonly [string, string] | null {
  if (event.type !== 'AccountOpened') return null;
  const { brand, player, currency } = event.data;
  return [ledgerName(ledgerAccount('available', brand, player)), currency];
}
