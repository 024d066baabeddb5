import type { PoolClient } from 'pg';
import type { Position } from '../event-store.ts';
import { actorOf, type ProjectedEvent, shownData } from './projection.ts';
import type { Page, PageRequest, TimelineEntry, WithTimeline } from './read-models.ts';
import { pageOf } from './reading.ts';

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

interface Loaded<Row> {
  opened: Position;
  row: Row | undefined;
}

export async function applyToDocuments<Row extends Filterable>(
  { table, timeline, idOf, reduce }: Document<Row>,
  batch: readonly ProjectedEvent[],
  client: PoolClient,
): Promise<void> {
  const mine = batch.flatMap((projected) => {
    const id = idOf(projected);
    return id === null ? [] : [{ id, projected }];
  });
  const ids = [...new Set(mine.map(({ id }) => id))];
  const { rows: stored } = await client.query<{ id: string; opened: Position; row: Row }>(
    `select id, opened, row from ${table} where id = any($1)`,
    [ids],
  );
  const documents = new Map<string, Loaded<Row>>(stored.map((s) => [s.id, { ...s }]));
  for (const { id, projected } of mine) {
    const before = documents.get(id);
    const row = reduce(before?.row, projected);
    // By the event that made the row, however the log was cut into batches.
    const opened = before?.row === undefined ? projected.position : before.opened;
    documents.set(id, { opened, row });
  }
  const all = [...documents].flatMap(([id, { opened, row }]) => (row ? [{ id, opened, row }] : []));
  await client.query(
    `insert into ${table} (id, opened, brand, player, status, row)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::json[])
     on conflict (id) do update set status = excluded.status, row = excluded.row`,
    [
      all.map((d) => d.id),
      all.map((d) => d.opened),
      all.map((d) => d.row.brand),
      all.map((d) => d.row.player),
      all.map((d) => d.row.status),
      all.map((d) => JSON.stringify(d.row)),
    ],
  );
  await client.query(
    `insert into ${timeline} (id, position, type, time, actor, data)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[],
       $6::json[])`,
    [
      mine.map((m) => m.id),
      mine.map((m) => m.projected.position),
      mine.map((m) => m.projected.event.type),
      mine.map((m) => m.projected.metadata.time),
      mine.map((m) => actorOf(m.projected.metadata)),
      mine.map((m) => JSON.stringify(shownData(m.projected.event))),
    ],
  );
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
