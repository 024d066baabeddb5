import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import { START } from '../../src/event-store.ts';
import { digestAt } from '../../src/projections/digest.ts';
import { risk } from '../../src/projections/risk/apply.ts';
import { commitBatch } from '../../src/projections/runner.ts';
import { createSchema, dropSchema } from '../../src/projections/schema.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Happened, histories, recorded } from './risk-histories.ts';
import { type Expected, expected } from './risk-oracle.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 12 }));
const bySubject = (a: Expected, b: Expected) => (a.of < b.of ? -1 : 1);

/** Each batch by a fold of its own: what it doesn't find in the tables, it doesn't know. */
async function fold(
  pool: Pool,
  schema: string,
  history: readonly Happened[],
  sizes: Iterator<number>,
) {
  await createSchema(pool, risk, schema);
  const events = recorded(history);
  let at = START;
  for (let from = 0; from < events.length; ) {
    const batch = events.slice(from, from + (sizes.next().value ?? 1));
    from += batch.length;
    const to = batch.at(-1)?.position ?? at;
    await commitBatch(risk, schema, pool, realSystem, batch, at, to);
    at = to;
  }
}

async function rowsOf(pool: Pool, schema: string, table: string, id: string): Promise<Expected[]> {
  const { rows } = await pool.query(
    `select ${id} as of, position, assessment, facts::text from ${schema}.${table}
     where assessment is not null`,
  );
  return rows
    .map(({ of, position, assessment, facts }) => ({
      ...{ of, place: Number(position), ...assessment, facts },
    }))
    .sort(bySubject);
}

describe('the read model risk', () => {
  it('P3 has the rows that the whole history gives, told anew for each, however it is cut', async () => {
    const { pool } = database;
    let [judged, reasons] = [0, 0];
    await fc.assert(
      fc.asyncProperty(histories, cuts, async (history, sizes) => {
        const schema = `risk_${realSystem.uuid().slice(0, 8)}`;
        await fold(pool, schema, history, sizes);
        const { withdrawals, players } = expected(history);
        const found = await rowsOf(pool, schema, 'risk_withdrawals', 'withdrawal');
        expect(found).toEqual(withdrawals.sort(bySubject));
        const id = `brand || '.' || player`;
        expect(await rowsOf(pool, schema, 'risk_players', id)).toEqual(players.sort(bySubject));
        judged += found.length;
        reasons += found.flatMap(({ active }) => active.reasons).length;
        await dropSchema(pool, schema);
      }),
      { numRuns: 8, seed: 7, endOnFailure: true },
    );
    // Else it would have compared nothing with nothing.
    expect(judged).toBeGreaterThan(30);
    expect(reasons).toBeGreaterThan(50);
  });

  it('P1 is the same, all tables to the last, from one batch and from one an event', async () => {
    const { pool } = database;
    const [history = []] = fc.sample(histories, { numRuns: 1, seed: 11 });
    const digests = new Set<string>();
    for (const size of [1, 1_000]) {
      const schema = `risk_cut_${size}`;
      await fold(pool, schema, history, sizes(size));
      digests.add((await digestAt(pool, risk, schema)).digest);
    }
    expect(digests.size).toBe(1);
  });
});

function* sizes(size: number): Generator<number> {
  for (;;) yield size;
}
