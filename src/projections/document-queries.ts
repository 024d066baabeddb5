import type { PoolClient } from 'pg';
import type { Position } from '../event-store.ts';
import type { Document, DocumentFilter, DocumentOrder } from './documents.ts';
import type { Page, TimelineEntry, WithTimeline } from './read-models.ts';
import { pageOf } from './reading.ts';

/** What a list is joined with, for filters, orders and columns of its own. */
export interface Joined {
  /** `left join … on …`, where the document's table is `d`. */
  readonly join: string;
  /** Given back as `joined`, beside each row. */
  readonly columns: string;
  readonly conditions: readonly (readonly [sql: string, value: string | number | undefined])[];
  /** What `riskiest` orders by. Of a row it never changes, so that its pages don't move. */
  readonly score: string;
}

const NOTHING: Joined = { join: '', columns: 'null', conditions: [], score: '0' };

/**
 * What each order sorts by before the position of a row's first event. Neither ever changes, so a
 * cursor of the two stays where it is, whatever is written meanwhile.
 */
const orderOf = (order: DocumentOrder, { score }: Joined) =>
  ({
    newest: { by: null, isDescending: true },
    oldest: { by: null, isDescending: false },
    largest: { by: 'd.amount', isDescending: true },
    smallest: { by: 'd.amount', isDescending: false },
    riskiest: { by: score, isDescending: true },
  })[order];

interface Listed<Row, Beside> {
  readonly row: Row;
  readonly joined: Beside;
}

/** `$` stands for the parameter. A value that isn't there asks for nothing. */
const conditionsOf = (filter: DocumentFilter): Joined['conditions'] => [
  ['d.brand = $', filter.brand],
  ['d.player = $', filter.player],
  ['d.status = $', filter.status],
  ['d.chain = $', filter.chain],
  ['d.asset = $', filter.asset],
  ['d.currency = $', filter.currency],
  ['d.amount >= $::numeric', filter.minAmount],
  ['d.amount <= $::numeric', filter.maxAmount],
  ['d.opened_at >= $::timestamptz', filter.openedFrom],
  ['d.opened_at <= $::timestamptz', filter.openedTo],
];

export async function listDocuments<Row, Beside = null>(
  client: PoolClient,
  { table }: Pick<Document<unknown>, 'table'>,
  filter: DocumentFilter,
  joined: Joined = NOTHING,
): Promise<Page<Listed<Row, Beside>>> {
  const { after, limit, order = 'newest' } = filter;
  const { by, isDescending } = orderOf(order, joined);
  const values: (string | number)[] = [];
  const parameter = (value: string | number) => `$${values.push(value)}`;
  const conditions = [...conditionsOf(filter), ...joined.conditions].flatMap(([sql, value]) =>
    value === undefined ? [] : [sql.replace('$', parameter(value))],
  );
  if (after !== null) {
    const [opened = '', key = ''] = after.split('/');
    const beyond = isDescending ? '<' : '>';
    conditions.push(
      by === null
        ? `d.opened ${beyond} ${parameter(opened)}`
        : `(${by}, d.opened) ${beyond} (${parameter(key)}::numeric, ${parameter(opened)})`,
    );
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const direction = isDescending ? 'desc' : 'asc';
  const { rows } = await client.query<
    Listed<Row, Beside> & { key: string | null; opened: Position }
  >(
    `select d.opened, (${by})::text as key, d.row, ${joined.columns} as joined
     from ${table} d ${joined.join} ${where}
     order by ${by === null ? '' : `${by} ${direction},`} d.opened ${direction}
     limit ${parameter(limit + 1)}`,
    values,
  );
  const { items, next } = pageOf(rows, limit, ({ key, opened }) =>
    key === null ? opened : `${opened}/${key}`,
  );
  return { items: items.map(({ row, joined: beside }) => ({ row, joined: beside })), next };
}

export async function findDocument<Row, Beside = null>(
  client: PoolClient,
  { table, timeline }: Pick<Document<unknown>, 'table' | 'timeline'>,
  id: string,
  joined: Joined = NOTHING,
): Promise<(WithTimeline<Row> & { readonly joined: Beside }) | undefined> {
  const { rows } = await client.query<Listed<Row, Beside>>(
    `select d.row, ${joined.columns} as joined from ${table} d ${joined.join} where d.id = $1`,
    [id],
  );
  const [found] = rows;
  if (!found) return undefined;
  const { rows: entries } = await client.query<Omit<TimelineEntry, 'time'> & { time: Date }>(
    `select position, type, time, actor, data from ${timeline} where id = $1 order by position`,
    [id],
  );
  const shown = entries.map((entry) => ({ ...entry, time: entry.time.toISOString() }));
  return { ...found, timeline: shown };
}
