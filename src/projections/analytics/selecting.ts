import type { PoolClient } from 'pg';
import { type AnalyticsFilter, type Dimension, type Group, ReportTooLarge } from './read-model.ts';

/** More than anybody reads. Bounds what one question can cost in memory. */
export const MOST_GROUPS = 10_000;
/** A group has at most as many sums as there are measures and days that convert differently. */
const MOST_SUMS = 500_000;

const FILTERS = ['brand', 'currency', 'chain', 'provider', 'game', 'kind'] as const;

/** Conditions on the dimensions that the table has, with their parameters. */
export function condition(
  filter: AnalyticsFilter,
  columns: readonly Dimension[],
): { readonly where: string; readonly values: string[] } {
  const values: string[] = [filter.from, filter.to];
  const where = ['day between $1::date and $2::date'];
  for (const name of FILTERS) {
    const value = filter[name];
    if (value === undefined) continue;
    // What has no such dimension is none of what was asked for.
    if (!columns.includes(name)) where.push('false');
    else where.push(`${name} = $${values.push(value)}`);
  }
  return { where: where.join(' and '), values };
}

/** Names are from DIMENSIONS, never from a caller: they stand in the statement as they are. */
export function selected(dimensions: readonly Dimension[], columns: readonly Dimension[]): string {
  return dimensions
    .map((name) => (name === 'day' ? 'day::text as day' : columns.includes(name) ? name : ''))
    .map((text, index) => text || `''::text as ${dimensions[index]}`)
    .join(', ');
}

export type Grouped = Readonly<Record<Dimension, string>>;

export async function selectGroups<Row extends object>(
  client: PoolClient,
  text: string,
  values: readonly string[],
): Promise<readonly (Row & Grouped)[]> {
  const { rows } = await client.query<Row & Grouped>(`${text} limit ${MOST_SUMS + 1}`, [...values]);
  if (rows.length > MOST_SUMS) throw new ReportTooLarge(MOST_GROUPS);
  return rows;
}

/** Rows of one group each, in the order of the groups' dimensions. */
export class Groups<Value> {
  readonly #by: readonly Dimension[];
  readonly #make: () => Value;
  readonly #found = new Map<string, { readonly group: Group; readonly value: Value }>();

  constructor(by: readonly Dimension[], make: () => Value) {
    this.#by = by;
    this.#make = make;
  }

  of(row: Grouped): Value {
    const key = this.#by.map((name) => row[name]).join('\0');
    const known = this.#found.get(key);
    if (known) return known.value;
    if (this.#found.size >= MOST_GROUPS) throw new ReportTooLarge(MOST_GROUPS);
    const group = Object.fromEntries(this.#by.map((name) => [name, row[name] || null]));
    const value = this.#make();
    this.#found.set(key, { group, value });
    return value;
  }

  inOrder(): readonly { readonly group: Group; readonly value: Value }[] {
    return [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
  }
}
