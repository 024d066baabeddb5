import type { PoolClient } from 'pg';
import type { Position } from '../event-store.ts';
import { actorOf, type Fold, type ProjectedEvent, shownData } from './projection.ts';
import type { Page, PageRequest, TimelineEntry, WithTimeline } from './read-models.ts';
import { pageOf } from './reading.ts';
import { AddedRows } from './rows/added-rows.ts';
import { KeyedRows } from './rows/keyed-rows.ts';

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

interface Filterable {
  readonly brand: string | null;
  readonly player: string | null;
  readonly status: string;
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
    load: (batch, client) => rows.load(new Set(batch.flatMap((of) => idOf(of) ?? [])), client),
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
      ...{ id: 'text', opened: 'text', brand: 'text', player: 'text', status: 'text' },
      row: 'json',
    },
    toCells: ({ id, opened, row }) => {
      const { brand, player, status } = row;
      return [id, opened, brand, player, status, JSON.stringify(row)];
    },
    fromCells: ([id, opened, , , , row]) => ({
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

export interface DocumentFilter extends PageRequest {
  readonly brand?: string;
  readonly player?: string;
  readonly status?: string;
}

/** Newest first; the cursor is the position of a row's first event, so pages don't move. */
export async function listDocuments<Row>(
  client: PoolClient,
  { table }: Document<Row>,
  { brand, player, status, after, limit }: DocumentFilter,
): Promise<Page<Row>> {
  const { rows } = await client.query<{ opened: Position; row: Row }>(
    `select opened, row from ${table}
     where ($1::text is null or opened < $1)
       and ($2::text is null or brand = $2)
       and ($3::text is null or player = $3)
       and ($4::text is null or status = $4)
     order by opened desc limit $5`,
    [after, brand ?? null, player ?? null, status ?? null, limit + 1],
  );
  const { items, next } = pageOf(rows, limit, ({ opened }) => opened);
  return { items: items.map(({ row }) => row), next };
}

export async function findDocument<Row>(
  client: PoolClient,
  { table, timeline }: Document<Row>,
  id: string,
): Promise<WithTimeline<Row> | undefined> {
  const { rows } = await client.query<{ row: Row }>(`select row from ${table} where id = $1`, [id]);
  const [found] = rows;
  if (!found) return undefined;
  const { rows: entries } = await client.query<Omit<TimelineEntry, 'time'> & { time: Date }>(
    `select position, type, time, actor, data from ${timeline} where id = $1 order by position`,
    [id],
  );
  const shown = entries.map((entry) => ({ ...entry, time: entry.time.toISOString() }));
  return { row: found.row, timeline: shown };
}
