import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../src/adapters/system.ts';
import { readiness } from '../src/readiness.ts';
import { eventually, type TestHouse, testHouse } from './support/house.ts';
import { PLAIN_CHAIN, richPlayer } from './support/plain-house.ts';
import { type FreshDatabase, freshDatabase } from './support/postgres.ts';

/*
 * Goal: what readiness and metrics say of a read model is so now, also while its runner is quiet or
 * stuck. Method: a house on a real Postgres, whose tables are held, and changed, by others.
 */
let database: FreshDatabase;
let house: TestHouse;

beforeAll(async () => {
  database = await freshDatabase();
  house = await testHouse({
    ...{ databaseUrl: database.url, chain: PLAIN_CHAIN, parts: ['projections'] },
    // Where nothing listens: nobody here asks the node.
    chainUrl: 'http://127.0.0.1:9',
    token: `0x${'12'.repeat(20)}`,
  });
  await richPlayer(house.house, 'p-1', 1_000n);
});

afterAll(async () => {
  await house.stop();
  await database.drop();
});

const partOf = async (name: string) =>
  (await readiness(house)).find((part) => part.name === `projection ${name}`);

const caughtUp = (name: string) =>
  eventually(`${name} has caught up`, async () => {
    const part = await partOf(name);
    return part?.detail === `at ${await house.head()}` && part;
  });

/** By series, without prefix and labels. */
async function metricsOf(name: string): Promise<Record<string, number>> {
  const lines = (await house.metrics.text()).split('\n');
  const own = lines.filter((line) => line.includes(`projection="${name}"`));
  return Object.fromEntries(
    own.map((line) => [/_projection_(\w+)/.exec(line)?.[1], Number(line.split(' ').at(-1))]),
  );
}

describe('a read model', () => {
  it('is shown as far behind the log as it is, with the age of its newest event', async () => {
    expect(await caughtUp('balances')).toMatchObject({ ready: true });
    const schema = house.workers.projections().find(({ name }) => name === 'balances')?.schema;
    const holder = await house.pool.connect();
    await holder.query('begin');
    await holder.query('select from projections.checkpoints where schema = $1 for update', [
      schema,
    ]);
    const before = Number(await house.head());
    for (const player of ['p-2', 'p-3', 'p-4']) await richPlayer(house.house, player, 5n);
    await caughtUp('journal');
    await realSystem.sleep(1_100);
    const written = Number(await house.head()) - before;
    expect(written).toBeGreaterThan(5);
    expect((await partOf('balances'))?.detail).toMatch(
      new RegExp(`, ${written} positions behind, its newest event [1-9]\\d* s old$`),
    );
    const metrics = await metricsOf('balances');
    expect(metrics).toMatchObject({ lag_positions: written, parked_keys: 0, up: 1 });
    expect(metrics.lag_seconds).toBeGreaterThanOrEqual(1);
    const head = await house.head();
    const statuses = await house.readModels.statuses(head);
    expect(statuses.map(({ name, lagPositions }) => [name, lagPositions])).toContainEqual([
      ...['balances', written],
    ]);
    await holder.query('rollback');
    holder.release();
    await caughtUp('balances');
    expect(await metricsOf('balances')).toMatchObject({ lag_positions: 0, lag_seconds: 0 });
  });

  it('P4 has as many parked keys as the tables say, whatever its quiet runner remembers', async () => {
    await caughtUp('balances');
    const { schema } = house.workers.projections().find(({ name }) => name === 'balances') ?? {};
    await house.pool.query(
      `insert into projections.parked values
       ($1, '0000000000000001', 'main/p-1', 'account-main.p-1.ETH', 0, gen_random_uuid(),
        'AccountOpened', 'in a test', now(), 1)`,
      [schema],
    );
    expect((await partOf('balances'))?.detail).toMatch(/; 1 parked keys wait$/);
    expect(await metricsOf('balances')).toMatchObject({ parked_keys: 1 });
    // As a retry leaves it, by another process.
    await house.pool.query('delete from projections.parked where schema = $1', [schema]);
    expect((await partOf('balances'))?.detail).toBe(`at ${await house.head()}`);
    expect(await metricsOf('balances')).toMatchObject({ parked_keys: 0 });
  });

  it('is still told of where the tables can not be asked', async () => {
    await caughtUp('balances');
    const readModels = { statuses: () => Promise.reject(new Error('gone')) } as never;
    const parts = await readiness({ ...house, readModels });
    expect(parts).toContainEqual({
      ...{ name: 'projection balances', ready: true, detail: `at ${await house.head()}` },
    });
  });
});
