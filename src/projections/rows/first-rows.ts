import type { PoolClient } from 'pg';
import { type Columns, parametersOf, pieces, selectUnnested } from './columns.ts';
import { rowKey } from './keyed-rows.ts';

export interface FirstTable {
  readonly table: string;
  readonly columns: Columns;
  /** How many of the columns are the primary key; they stand first. */
  readonly keyColumns: number;
  /** So many keys that are there stay in memory, for those that come again and again. */
  readonly remembers?: number;
}

/** Rows of which the first of a key stands for ever: those after it change nothing. */
export class FirstRows {
  readonly #insert: string;
  readonly #width: number;
  readonly #keyColumns: number;
  readonly #remembers: number;
  readonly #known = new Set<string>();
  #rows = new Map<string, readonly string[]>();

  constructor({ table, columns, keyColumns, remembers = 0 }: FirstTable) {
    const names = Object.keys(columns);
    this.#width = names.length;
    this.#keyColumns = keyColumns;
    this.#remembers = remembers;
    this.#insert = `insert into ${table} (${names.join(', ')}) ${selectUnnested(columns)}
      on conflict (${names.slice(0, keyColumns).join(', ')}) do nothing`;
  }

  /** In the order of the columns. */
  add(cells: readonly string[]): void {
    const key = rowKey(...cells.slice(0, this.#keyColumns));
    if (!this.#known.has(key) && !this.#rows.has(key)) this.#rows.set(key, cells);
  }

  get pending(): number {
    return this.#rows.size;
  }

  async flush(client: PoolClient): Promise<void> {
    for (const piece of pieces([...this.#rows.values()])) {
      await client.query(this.#insert, parametersOf(piece, this.#width));
    }
    this.#remember();
    this.#rows = new Map();
  }

  #remember(): void {
    if (this.#known.size + this.#rows.size > this.#remembers) this.#known.clear();
    if (this.#rows.size > this.#remembers) return;
    for (const key of this.#rows.keys()) this.#known.add(key);
  }
}
