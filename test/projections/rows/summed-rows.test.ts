import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowKey } from '../../../src/projections/rows/keyed-rows.ts';
import { SummedRows } from '../../../src/projections/rows/summed-rows.ts';
import { transaction } from '../../../src/projections/transaction.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.pool.query(
    'create table sums (name text primary key, events bigint not null, amount numeric not null)',
  );
});
afterAll(() => database.drop());

describe('summed rows', () => {
  it('add up the same whatever memory holds, and say again what was seen before it got full', async () => {
    const { pool } = database;
    const rows = new SummedRows({ table: 'sums', columns: { name: 'text' }, bound: 4 });
    const seen: string[] = [];
    for (let round = 1; round <= 5; round++) {
      for (const name of ['a', 'b', 'c']) {
        const sum = rows.add(rowKey(name), BigInt(round));
        rows.add(rowKey(name), -(10n ** 30n));
        if (rows.isFirst(sum, 'p-1')) seen.push(`${name}${round}`);
      }
      expect(rows.pending).toBe(3);
      // With nothing to write there is nothing to do.
      await transaction(pool, (client) => rows.flush(client));
      await transaction(pool, (client) => rows.flush(client));
      expect(rows.pending).toBe(0);
    }
    const { rows: found } = await pool.query('select * from sums order by name');
    const amount = `${15n - 5n * 10n ** 30n}`;
    expect(found).toEqual(['a', 'b', 'c'].map((name) => ({ name, events: '10', amount })));
    // Three rows and what each has seen are more than four: each flush forgets all of it.
    expect(seen).toHaveLength(15);
  });
});
