import type { PoolClient } from 'pg';
import { type Columns, parametersOf, pieces, selectUnnested } from './columns.ts';
import { SEPARATOR } from './keyed-rows.ts';

/** What was added to one row since the last flush. */
export interface Sum {
  readonly key: readonly string[];
  events: number;
  amount: bigint;
  /** A filter for what happens once in this row; forgotten whenever memory gets full. */
  readonly seen: Set<string>;
}

export interface SummedTable {
  readonly table: string;
  /** The key's columns, each not null. Two more stand after them: `events` and `amount`. */
  readonly columns: Columns;
  /** Rows, and what they have seen, that stay in memory. Default: 100,000. */
  readonly bound?: number;
}

const DEFAULT_BOUND = 100_000;

/** Rows to which is only ever added: they needn't be known, so nothing is loaded. */
export class SummedRows {
  readonly #upsert: string;
  readonly #width: number;
  readonly #bound: number;
  readonly #sums = new Map<string, Sum>();
  #changed: Sum[] = [];
  #seen = 0;

  constructor({ table, columns, bound = DEFAULT_BOUND }: SummedTable) {
    const all = { ...columns, events: 'bigint', amount: 'numeric' };
    this.#bound = bound;
    this.#width = Object.keys(all).length;
    this.#upsert = `insert into ${table} as t (${Object.keys(all).join(', ')})
      ${selectUnnested(all)}
      on conflict (${Object.keys(columns).join(', ')}) do update
      set events = t.events + excluded.events, amount = t.amount + excluded.amount`;
  }

  /** One event more in the row of this key, as `rowKey` makes it. */
  add(key: string, amount: bigint): Sum {
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      sum = { key: key.split(SEPARATOR), events: 0, amount: 0n, seen: new Set() };
      this.#sums.set(key, sum);
    }
    if (sum.events === 0) this.#changed.push(sum);
    sum.events++;
    sum.amount += amount;
    return sum;
  }

  /** False: it is known to have been there before. True may be said again. */
  isFirst(sum: Sum, what: string): boolean {
    if (sum.seen.has(what)) return false;
    sum.seen.add(what);
    this.#seen++;
    return true;
  }

  get pending(): number {
    return this.#changed.length;
  }

  async flush(client: PoolClient): Promise<void> {
    for (const piece of pieces(this.#changed)) {
      const cells = piece.map((s) => [...s.key, s.events.toString(), s.amount.toString()]);
      await client.query(this.#upsert, parametersOf(cells, this.#width));
    }
    for (const sum of this.#changed) {
      sum.events = 0;
      sum.amount = 0n;
    }
    this.#changed = [];
    if (this.#sums.size + this.#seen <= this.#bound) return;
    this.#sums.clear();
    this.#seen = 0;
  }
}
