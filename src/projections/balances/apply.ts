import { type AccountEvent, accountEvents } from '../../domain/account/events.ts';
import { type EventType, transfers } from '../../domain/events.ts';
import { accountOf, streams } from '../../domain/ids.ts';
import type { LedgerClass, Transfer } from '../../domain/postings.ts';
import type { Fold, ProjectedEvent, Projection } from '../projection.ts';
import { KeyedRows, rowKey } from '../rows/keyed-rows.ts';

interface Balance {
  readonly brand: string;
  readonly player: string;
  readonly currency: string;
  available: bigint;
  held: bigint;
  receivable: bigint;
  position: string;
}

export const balances: Projection = {
  name: 'balances',
  version: 2,
  types: Object.keys(accountEvents) as EventType[],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['balances'],
  keyOf,
  open,
};

function keyOf({ event }: ProjectedEvent): string {
  const { brand, player, currency } = (event as AccountEvent).data;
  return rowKey(brand, player, currency);
}

function open(): Fold {
  const rows = new KeyedRows<Balance>({
    table: 'balances',
    keyColumns: 3,
    // Each account has a stream of its own, whose name costs less than to join its parts.
    keys: {
      join: ([brand = '', player = '', currency = '']) =>
        streams.account({ brand, player, currency }),
      split(stream) {
        const { brand, player, currency } = accountOf(stream);
        return [brand, player, currency];
      },
    },
    columns: {
      ...{ brand: 'text', player: 'text', currency: 'text' },
      ...{ available: 'numeric', held: 'numeric', receivable: 'numeric', position: 'text' },
    },
    toCells: (b) => [
      ...[b.brand, b.player, b.currency],
      ...[b.available.toString(), b.held.toString(), b.receivable.toString(), b.position],
    ],
    fromCells: ([brand, player, currency, available, held, receivable, position]) => ({
      ...{ brand: brand ?? '', player: player ?? '', currency: currency ?? '' },
      ...{ available: BigInt(available ?? 0), held: BigInt(held ?? 0) },
      ...{ receivable: BigInt(receivable ?? 0), position: position ?? '' },
    }),
  });
  const opened = ({ event, stream, position }: ProjectedEvent): Balance => {
    const { brand, player, currency } = (event as AccountEvent).data;
    const row = { brand, player, currency, available: 0n, held: 0n, receivable: 0n, position };
    rows.set(stream, row);
    return row;
  };
  return {
    load: (batch, client) => rows.load(() => batch.map(({ stream }) => stream), client),
    apply(projected) {
      const moved = transfers(projected.event);
      // Most other events of an account are about play.
      if (moved.length === 0 && projected.event.type !== 'AccountOpened') return;
      const row = rows.change(projected.stream) ?? opened(projected);
      for (const each of moved) move(row, each);
      row.position = projected.position;
    },
    flush: (client) => rows.flush(client),
    get pending() {
      return rows.pending;
    },
  };
}

function move(row: Balance, { debit, credit, currency, amount }: Transfer): void {
  // A fee in the chain's own coin is none of the player's money.
  if (currency !== row.currency) return;
  add(row, debit.class, amount);
  add(row, credit.class, -amount);
}

/** What is owed to a player is a liability: credits, below zero, make it more. */
function add(row: Balance, kind: LedgerClass, amount: bigint): void {
  if (kind === 'available') row.available -= amount;
  else if (kind === 'held') row.held -= amount;
  else if (kind === 'receivable') row.receivable += amount;
}
