import type { PoolClient } from 'pg';
import { type Cell, type Columns, parametersOf, pieces, selectUnnested } from './columns.ts';

/** A table whose rows are only ever added: postings, timelines. */
export interface AddedTable<Row> {
  readonly table: string;
  readonly columns: Columns;
  /** In the order of the columns. */
  toCells(row: Row): readonly Cell[];
}

/** Rows that wait for the flush; none stays in memory after it. */
export class AddedRows<Row> {
  readonly #toCells: (row: Row) => readonly Cell[];
  readonly #insert: string;
  readonly #width: number;
  #rows: Row[] = [];

  constructor({ table, columns, toCells }: AddedTable<Row>) {
    const names = Object.keys(columns);
    this.#toCells = toCells;
    this.#width = names.length;
    this.#insert = `insert into ${table} (${names.join(', ')}) ${selectUnnested(columns)}`;
  }

  add(row: Row): void {
    this.#rows.push(row);
  }

  get pending(): number {
    return this.#rows.length;
  }

  async flush(client: PoolClient): Promise<void> {
    const rows = this.#rows;
    for (const piece of pieces(rows)) {
      await client.query(this.#insert, parametersOf(piece.map(this.#toCells), this.#width));
    }
    this.#rows = [];
  }
}
