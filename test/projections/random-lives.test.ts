import { expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { type RecordedEvent, START } from '../../src/event-store.ts';
import { deposits } from '../../src/projections/deposits/apply.ts';
import { depositQueries } from '../../src/projections/deposits/queries.ts';
import { digestAt } from '../../src/projections/digest.ts';
import { commitBatch } from '../../src/projections/runner.ts';
import { createSchema, pointAt } from '../../src/projections/schema.ts';
import { wallets } from '../../src/projections/wallets/apply.ts';
import { walletQueries } from '../../src/projections/wallets/queries.ts';
import { withdrawals } from '../../src/projections/withdrawals/apply.ts';
import { freshDatabase } from '../support/postgres.ts';
import { PLENTY, randomLives } from '../support/random-lives.ts';
import { seeded } from '../support/seeded.ts';
import { appendSampleLog } from './rows-from.ts';

/*
 * Goal: what stands in the tables is what one fold over the whole history makes, and books and
 * chain differ by exactly what no book knows. Method: hundreds of deposits and withdrawals whose
 * lives are drawn at random, with what the chain says in between. They are folded once in memory
 * and written at the end, and beside that in random batches with a new fold for each, so that
 * every row comes from the tables again.
 */
it('P1 P3 random lives folded in memory are the rows in the tables, however cut', async () => {
  const seed = Math.floor(realSystem.random() * 2 ** 31);
  const random = seeded(seed);
  const database = await freshDatabase();
  const { pool } = database;
  const store = new MemoryEventStore();
  await appendSampleLog(store, randomLives(250, random));
  const log: RecordedEvent[] = [];
  for await (const recorded of store.readAll()) log.push(recorded);
  const end = log.at(-1)?.position ?? START;
  for (const projection of [deposits, withdrawals, wallets]) {
    const types: readonly string[] = projection.types;
    const mine = log.filter(({ type }) => types.includes(type));
    const live = `${projection.name}_v${projection.version}`;
    await createSchema(pool, projection, live);
    await commitBatch(projection, live, pool, realSystem, mine, START, end);
    await pointAt(pool, projection, live);
    const cut = `cut_${projection.name}`;
    await createSchema(pool, projection, cut);
    let at: string = START;
    for (let from = 0; from < mine.length; ) {
      const batch = mine.slice(from, from + 1 + Math.floor(random() * 60));
      const to = batch.at(-1)?.position ?? at;
      await commitBatch(projection, cut, pool, realSystem, batch, at, to);
      from += batch.length;
      at = to;
    }
    const whole = (await digestAt(pool, projection, live)).digest;
    expect((await digestAt(pool, projection, cut)).digest, `seed ${seed}`).toBe(whole);
  }

  const reading = { pool, system: realSystem, waitForMs: 0 };
  const shown = await walletQueries(reading).wallets({ limit: 50, after: null });
  expect(shown.value.items.length).toBeGreaterThanOrEqual(3);
  for (const { unexplained, address, ahead, observed } of shown.value.items) {
    if (observed === null) continue;
    expect([unexplained, ahead], `${address}, seed ${seed}`).toEqual([`${PLENTY}`, '0']);
  }
  // Every life came to its end but those whose deposit is gone for good, and all ends are dated.
  const all = await depositQueries(reading).deposits({ limit: 200, after: null });
  for (const row of all.value.items) {
    expect(row.endedAt, `${row.deposit} ${row.status}, seed ${seed}`).not.toBeNull();
    expect(row.steps.at(-1)?.status).toBe(row.status);
  }
  await store.close();
  await database.drop();
});
