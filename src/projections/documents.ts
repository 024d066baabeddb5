import type { Position } from '../event-store.ts';
import { actorOf, type Fold, type ProjectedEvent, shownData } from './projection.ts';
import type { PageRequest } from './read-models.ts';
import { AddedRows } from './rows/added-rows.ts';
import { KeyedRows } from './rows/keyed-rows.ts';
import type { Way } from './ways.ts';

/**
 * A read model of one row for each thing with a life (a deposit, a withdrawal): the row is what
 * `reduce` makes of its events in order, and its timeline is those events.
 */
export interface Document<Row> {
  readonly table: string;
  readonly timeline: string;
  /** Whose row an event belongs to; null when it is none of this model's business. */
  idOf(projected: ProjectedEvent): string | null;
  /** Undefined while only events that come before the row's first were seen. */
  reduce(row: Row | undefined, projected: ProjectedEvent): Row | undefined;
}

/** What lists are filtered and ordered by. */
interface Filterable extends Way {
  readonly brand: string | null;
  readonly player: string | null;
  readonly chain: string;
  readonly asset: string | null;
  readonly currency: string | null;
  readonly amount: string;
}

interface Stored<Row> {
  readonly id: string;
  /** By the event that made the row, however the log was cut into batches. */
  readonly opened: Position;
  readonly row: Row;
}

interface Entry {
  readonly id: string;
  readonly of: ProjectedEvent;
}

export function foldDocuments<Row extends Filterable>(document: Document<Row>): Fold {
  const { idOf, reduce } = document;
  const rows = storedRows(document);
  const timeline = timelineRows(document);
  return {
    load: (batch, client) => rows.load(() => batch.flatMap((of) => idOf(of) ?? []), client),
    apply(of) {
      const id = idOf(of);
      if (id === null) return;
      const before = rows.get(id);
      const row = reduce(before?.row, of);
      if (row) rows.set(id, { id, opened: before?.opened ?? of.position, row });
      timeline.add({ id, of });
    },
    async flush(client) {
      await rows.flush(client);
      await timeline.flush(client);
    },
    get pending() {
      return rows.pending + timeline.pending;
    },
  };
}

function storedRows<Row extends Filterable>({ table }: Document<Row>) {
  return new KeyedRows<Stored<Row>>({
    table,
    keyColumns: 1,
    columns: {
      ...{ id: 'text', opened: 'text', row: 'json', opened_at: 'timestamptz', brand: 'text' },
      ...{ player: 'text', status: 'text', chain: 'text', asset: 'text', currency: 'text' },
      amount: 'numeric',
    },
    toCells: ({ id, opened, row }) => {
      const { brand, player, status, chain, asset, currency, amount, steps } = row;
      const openedAt = steps[0]?.since ?? null;
      const filtered = [openedAt, brand, player, status, chain, asset, currency, amount];
      return [id, opened, JSON.stringify(row), ...filtered];
    },
    fromCells: ([id, opened, row]) => ({
      ...{ id: id ?? '', opened: opened ?? '' },
      row: JSON.parse(row ?? 'null') as Row,
    }),
    bound: 20_000,
  });
}

function timelineRows<Row>({ timeline }: Document<Row>) {
  return new AddedRows<Entry>({
    table: timeline,
    columns: {
      ...{ id: 'text', position: 'text', type: 'text', time: 'timestamptz', actor: 'text' },
      data: 'json',
    },
    toCells: ({ id, of: { position, event, time, metadata } }) => {
      return [
        ...[id, position, event.type, time, actorOf(metadata)],
        JSON.stringify(shownData(event)),
      ];
    },
  });
}

/** `riskiest` only where a risk is known: the list says. */
export const DOCUMENT_ORDERS = ['newest', 'oldest', 'largest', 'smallest', 'riskiest'] as const;
export type DocumentOrder = (typeof DOCUMENT_ORDERS)[number];

export interface DocumentFilter extends PageRequest {
  readonly brand?: string;
  readonly player?: string;
  readonly status?: string;
  readonly chain?: string;
  readonly asset?: string;
  readonly currency?: string;
  /** In the smallest unit: of one currency or asset only. */
  readonly minAmount?: string;
  readonly maxAmount?: string;
  /** ISO 8601, of the first event: how old things are. */
  readonly openedFrom?: string;
  readonly openedTo?: string;
  readonly order?: DocumentOrder;
}
