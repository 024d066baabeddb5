import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyedRows } from '../../../src/projections/rows/keyed-rows.ts';
import { transaction } from '../../../src/projections/transaction.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

interface Count {
  readonly name: string;
  count: number;
}

describe('keyed rows', () => {
  it.each([0, 2, 100])(
    'are the same in the table with %i of them kept in memory',
    async (bound) => {
      const { pool } = database;
      const table = `counts_${bound}`;
      await pool.query(`create table ${table} (name text primary key, count int not null)`);
      const rows = new KeyedRows<Count>({
        ...{ table, columns: { name: 'text', count: 'int' }, keyColumns: 1, bound },
        toCells: ({ name, count }) => [name, String(count)],
        fromCells: ([name, count]) => ({ name: name ?? '', count: Number(count) }),
      });
      const waiting: number[] = [];
      for (const names of ['ab', 'bcd', 'a', 'ad']) {
        await transaction(pool, async (client) => {
          await rows.load(() => names, client);
          for (const name of names) {
            const row = rows.change(name);
            if (row) row.count++;
            else rows.set(name, { name, count: 1 });
          }
          waiting.push(rows.pending);
          await rows.flush(client);
        });
        expect(rows.pending).toBe(0);
      }
      const { rows: found } = await pool.query(`select * from ${table} order by name`);
      expect(found.map(({ name, count }) => `${name}${count}`)).toEqual(['a3', 'b2', 'c1', 'd2']);
      // Those that stay in memory anyway are no reason to write.
      expect(waiting).toEqual({ 0: [2, 3, 1, 2], 2: [0, 2, 1, 0], 100: [0, 0, 0, 0] }[bound]);
    },
  );
});
