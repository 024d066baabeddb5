import type { PoolClient } from 'pg';
import {
  type Cell,
  type Columns,
  parametersOf,
  pieces,
  selectUnnested,
  unnested,
} from './columns.ts';

/** A table of one row for each key. Its key's columns, each not null, stand first. */
export interface KeyedTable<Row> {
  readonly table: string;
  readonly columns: Columns;
  /** How many of the columns are the primary key. */
  readonly keyColumns: number;
  /** In the order of the columns. */
  toCells(row: Row): readonly Cell[];
  /** A row as `toCells` gave it, each cell as Postgres writes that column's type as text. */
  fromCells(cells: readonly Cell[]): Row;
  /** What a key is in memory, where that isn't its columns' values, joined. */
  readonly keys?: KeyForm;
  /** Rows kept in memory for the next batch, beside those to be written. Default: 100,000. */
  readonly bound?: number;
}

export interface KeyForm {
  /** Of the values of its columns. */
  join(parts: readonly string[]): string;
  split(key: string): readonly string[];
}

interface Entry<Row> {
  readonly key: string;
  /** Undefined: there is none. */
  row: Row | undefined;
  isChanged: boolean;
}

/** Between the parts of a key in memory. */
export const SEPARATOR = '\0';
const JOINED: KeyForm = {
  join: (parts) => rowKey(...parts),
  split: (key) => key.split(SEPARATOR),
};
const DEFAULT_BOUND = 100_000;

/** A key in memory, from its columns' values: no text in Postgres holds what stands between. */
export function rowKey(...parts: readonly string[]): string {
  let key = parts[0] ?? '';
  for (let index = 1; index < parts.length; index++) key += SEPARATOR + parts[index];
  return key;
}

/**
 * The rows of a table as they will be after the next flush. A key must have been loaded, in this
 * batch or before it, to be looked at, as long as not all of the table is in memory.
 */
export class KeyedRows<Row> {
  readonly #table: KeyedTable<Row>;
  readonly #bound: number;
  readonly #keys: KeyForm;
  /** The least recently loaded first. */
  readonly #entries = new Map<string, Entry<Row>>();
  #changed: Entry<Row>[] = [];
  /** All that is in the table is in memory: what isn't here isn't there. Unknown at first. */
  #isWhole: boolean | undefined;

  constructor(table: KeyedTable<Row>) {
    this.#table = table;
    this.#bound = table.bound ?? DEFAULT_BOUND;
    this.#keys = table.keys ?? JOINED;
  }

  /**
   * The keys are asked for only where they are needed. None may be a part of a longer text, which
   * would stay in memory with it.
   */
  async load(keys: () => Iterable<string>, client: PoolClient): Promise<void> {
    this.#isWhole ??= await this.#isEmpty(client);
    const isFilling = this.#entries.size > this.#bound / 2;
    if (this.#isWhole && !isFilling) return;
    const missing = new Set<string>();
    for (const key of keys()) {
      const entry = this.#entries.get(key);
      if (entry === undefined) missing.add(key);
      else if (isFilling) this.#renew(key, entry);
    }
    if (missing.size === 0) return;
    for (const key of missing) this.#add(key);
    if (this.#isWhole) return;
    const { columns, keyColumns, fromCells } = this.#table;
    const parts = [...missing].map((key) => this.#keys.split(key));
    for (const piece of pieces(parts)) {
      const { rows } = await client.query<Cell[]>({
        text: this.#select(),
        values: parametersOf(piece, keyColumns),
        rowMode: 'array',
      });
      for (const cells of rows) {
        const key = this.#keys.join(cells.slice(0, keyColumns) as string[]);
        const entry = this.#entries.get(key);
        if (cells.length !== Object.keys(columns).length || entry === undefined) {
          throw new Error(`${this.#table.table} has a row that was not asked for`);
        }
        entry.row = fromCells(cells);
      }
    }
  }

  /** Throws for a key that was never loaded: a defect of the fold. */
  get(key: string): Row | undefined {
    return this.#entry(key).row;
  }

  /** Also for a row that was changed in place. */
  set(key: string, row: Row): void {
    this.#put(this.#entry(key), row);
  }

  /** The row, about to be changed in place; undefined when there is none. */
  change(key: string): Row | undefined {
    const entry = this.#entry(key);
    if (entry.row !== undefined) this.#put(entry, entry.row);
    return entry.row;
  }

  delete(key: string): void {
    this.#put(this.#entry(key), undefined);
  }

  /** Above the bound. Those below it stay in memory, changed or not. */
  get pending(): number {
    return Math.max(0, this.#entries.size - this.#bound);
  }

  async flush(client: PoolClient): Promise<void> {
    const { toCells, columns, keyColumns } = this.#table;
    const present: (readonly Cell[])[] = [];
    const gone: (readonly string[])[] = [];
    for (const entry of this.#changed) {
      entry.isChanged = false;
      if (entry.row === undefined) gone.push(this.#keys.split(entry.key));
      else present.push(toCells(entry.row));
    }
    const width = Object.keys(columns).length;
    for (const piece of pieces(present)) {
      await client.query(this.#upsert(), parametersOf(piece, width));
    }
    for (const piece of pieces(gone)) {
      await client.query(this.#remove(), parametersOf(piece, keyColumns));
    }
    this.#changed = [];
    this.#letGo();
  }

  #entry(key: string): Entry<Row> {
    const entry = this.#entries.get(key);
    if (entry !== undefined) return entry;
    if (this.#isWhole) return this.#add(key);
    throw new Error(`a row of ${this.#table.table} was not loaded`);
  }

  #add(key: string): Entry<Row> {
    const entry: Entry<Row> = { key, row: undefined, isChanged: false };
    this.#entries.set(key, entry);
    return entry;
  }

  #put(entry: Entry<Row>, row: Row | undefined): void {
    entry.row = row;
    if (entry.isChanged) return;
    entry.isChanged = true;
    this.#changed.push(entry);
  }

  #renew(key: string, entry: Entry<Row>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #letGo(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#bound) return;
      this.#entries.delete(key);
      this.#isWhole = false;
    }
  }

  async #isEmpty(client: PoolClient): Promise<boolean> {
    const { rowCount } = await client.query(`select from ${this.#table.table} limit 1`);
    return rowCount === 0;
  }

  #keyNames(): string[] {
    return Object.keys(this.#table.columns).slice(0, this.#table.keyColumns);
  }

  #matching(): string {
    const types = Object.values(this.#table.columns);
    return this.#keyNames()
      .map((name, index) => `t.${name} = u.c${index}::${types[index]}`)
      .join(' and ');
  }

  #select(): string {
    const { table, columns, keyColumns } = this.#table;
    const cells = Object.keys(columns).map((name) => `t.${name}::text`);
    return `select ${cells.join(', ')} from ${unnested(keyColumns)}
      join ${table} t on ${this.#matching()}`;
  }

  #upsert(): string {
    const { table, columns, keyColumns } = this.#table;
    const names = Object.keys(columns);
    const changes = names.slice(keyColumns).map((name) => `${name} = excluded.${name}`);
    const then = changes.length === 0 ? 'nothing' : `update set ${changes.join(', ')}`;
    return `insert into ${table} (${names.join(', ')}) ${selectUnnested(columns)}
      on conflict (${this.#keyNames().join(', ')}) do ${then}`;
  }

  #remove(): string {
    const { table, keyColumns } = this.#table;
    return `delete from ${table} t using ${unnested(keyColumns)} where ${this.#matching()}`;
  }
}
