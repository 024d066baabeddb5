import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FirstRows } from '../../../src/projections/rows/first-rows.ts';
import { transaction } from '../../../src/projections/transaction.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

describe('first rows', () => {
  it.each([0, 2, 100])(
    'stand for ever, whatever comes after them, with %i remembered',
    async (n) => {
      const { pool } = database;
      const table = `firsts_${n}`;
      await pool.query(`create table ${table} (name text primary key, place int not null)`);
      const columns = { name: 'text', place: 'int' };
      const rows = new FirstRows({ table, columns, keyColumns: 1, remembers: n });
      const written: number[] = [];
      for (let round = 1; round <= 4; round++) {
        for (const name of ['a', 'b', `${round}`]) {
          rows.add([name, `${round}`]);
          rows.add([name, `${round + 10}`]);
        }
        written.push(rows.pending);
        await transaction(pool, (client) => rows.flush(client));
        expect(rows.pending).toBe(0);
      }
      const { rows: found } = await pool.query(`select * from ${table} order by name`);
      expect(found).toEqual([
        ...['1', '2', '3', '4'].map((name) => ({ name, place: Number(name) })),
        ...['a', 'b'].map((name) => ({ name, place: 1 })),
      ]);
      // Only what is remembered needs not be written again.
      expect(written).toEqual(n === 100 ? [3, 1, 1, 1] : [3, 3, 3, 3]);
    },
  );
});
