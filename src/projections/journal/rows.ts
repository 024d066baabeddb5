import type { PoolClient } from 'pg';
import type { Position } from '../../event-store.ts';
import { AddedRows } from '../rows/added-rows.ts';
import { type Cell, type Columns, textArray } from '../rows/columns.ts';

/** The journal is only ever added to: no row of it is changed once it is written. */
const added = (table: string, columns: Columns) =>
  new AddedRows<readonly Cell[]>({ table, columns, toCells: (cells) => cells });

export const newRows = () => ({
  ledgerAccounts: added('ledger_accounts', {
    ...{ id: 'int', account: 'text', currency: 'text', opened: 'text' },
  }),
  eventTypes: added('event_types', { id: 'smallint', type: 'text' }),
  transfers: new NewTransfers(),
  ticks: added('ticks', { time: 'timestamptz', entry: 'bigint', position: 'text' }),
  marks: added('marks', {
    entry: 'bigint',
    position: 'text',
    clock: 'timestamptz',
    totals: 'json',
  }),
});

export type NewRows = ReturnType<typeof newRows>;

const COLUMNS = [
  ...['time', 'type', 'debit', 'credit', 'amount', 'debit_balance', 'credit_balance'],
] as const;
const TYPES = ['timestamptz', 'smallint', 'int', 'int', 'numeric', 'numeric', 'numeric'];

const INSERT = `insert into transfers (entry, position, ${COLUMNS.join(', ')})
  select $1::bigint + n - 1, position, ${COLUMNS.join(', ')}
  from unnest($2::text[], ${TYPES.map((type, index) => `$${index + 3}::${type}[]`).join(', ')})
    with ordinality u (position, ${COLUMNS.join(', ')}, n)`;

/**
 * The one table with as many rows as the log has events of money. Column by column from the start,
 * as literals of the columns' own types: numbers and times need no quotes, and are read once.
 */
class NewTransfers {
  #first = 0;
  #positions: Position[] = [];
  readonly #columns = COLUMNS.map((): (string | number | bigint)[] => []);

  /** Cells in the order of `COLUMNS`; entries follow one another. */
  add(entry: number, position: Position, cells: readonly (string | number | bigint)[]): void {
    if (this.#positions.length === 0) this.#first = entry;
    this.#positions.push(position);
    for (let index = 0; index < cells.length; index++) {
      this.#columns[index]?.push(cells[index] as string | number | bigint);
    }
  }

  get pending(): number {
    return this.#positions.length;
  }

  async flush(client: PoolClient): Promise<void> {
    if (this.#positions.length === 0) return;
    await client.query(INSERT, [
      this.#first,
      textArray(this.#positions),
      ...this.#columns.map((cells) => `{${cells.join(',')}}`),
    ]);
    this.#positions = [];
    for (const cells of this.#columns) cells.length = 0;
  }
}
