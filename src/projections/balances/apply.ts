import { type AccountEvent, accountEvents } from '../../domain/account/events.ts';
import { type EventType, postings } from '../../domain/events.ts';
import { ledgerClass } from '../../domain/postings.ts';
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
  version: 1,
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
  return {
    load: (batch, client) => rows.load(new Set(batch.map(keyOf)), client),
    apply(projected) {
      const key = keyOf(projected);
      const row = rows.get(key) ?? opened(projected);
      change(row, projected);
      rows.set(key, row);
    },
    flush: (client) => rows.flush(client),
    get pending() {
      return rows.pending;
    },
  };
}

function opened({ event, position }: ProjectedEvent): Balance {
  const { brand, player, currency } = (event as AccountEvent).data;
  return { brand, player, currency, available: 0n, held: 0n, receivable: 0n, position };
}

function change(row: Balance, { event, position }: ProjectedEvent): void {
  for (const { account, amount, currency } of postings(event)) {
    if (currency !== row.currency) continue;
    const kind = ledgerClass(account);
    // What is owed to a player is a liability: credits, below zero, make it more.
    if (kind === 'available') row.available -= amount;
    else if (kind === 'held') row.held -= amount;
    else if (kind === 'receivable') row.receivable += amount;
  }
  row.position = position;
}
