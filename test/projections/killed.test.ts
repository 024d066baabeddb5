import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { advance } from '../../src/projections/advancing.ts';
import { readCheckpoint } from '../../src/projections/checkpoint.ts';
import { digestAt } from '../../src/projections/digest.ts';
import { Follower } from '../../src/projections/follower.ts';
import { LogPages } from '../../src/projections/log-pages.ts';
import { createSchema, dropSchema } from '../../src/projections/schema.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Death, DyingPool } from './dying-pool.ts';
import { notes } from './notes/projection.ts';
import { eventsOf, PlainLog } from './plain-log.ts';

const store = new MemoryEventStore();
const signal = new AbortController().signal;
let database: FreshDatabase;
let poison = '';

beforeAll(async () => {
  database = await freshDatabase();
  await new PlainLog(store).append(24);
  poison = (await eventsOf(store))[5]?.position ?? '';
});

afterAll(() => database.drop());

const projection = notes({ throwsOn: ({ position }) => position === poison });

async function build(schema: string, pool = database.pool): Promise<void> {
  const limits = { commitEvents: 8, commitRows: 1_000 };
  const follower = await Follower.open({ projection, schema, pool, system: realSystem, limits });
  const pages = new LogPages({ store, signal, pageEvents: 5 }).open();
  await advance({ follower, pages, signal }, await store.head());
}

/** Rows, what is parked, and the position that both reflect. */
async function outcome(schema: string) {
  const { pool } = database;
  const { rows } = await pool.query(
    'select key, position, attempts from projections.parked where schema = $1 order by position',
    [schema],
  );
  return { ...(await digestAt(pool, projection, schema)), parked: rows };
}

/*
 * Goal: each event is applied once, whenever the process ends. Method: it ends at its n-th call to
 * Postgres, for every n until a build goes through; then another goes on from what is there.
 */
describe.each<Death>(['before', 'after'])('a process that dies %s the n-th call', (death) => {
  it('P1 leaves nothing out and does nothing twice, for every n', async () => {
    const { pool } = database;
    await createSchema(pool, projection, `whole_${death}`);
    await build(`whole_${death}`);
    const expected = await outcome(`whole_${death}`);
    expect(expected.parked.length).toBeGreaterThan(1);
    let deaths = 0;
    const stoppedAt = new Set<string>();
    for (let dieAt = 1; ; dieAt++) {
      const schema = `killed_${death}_${dieAt}`;
      await createSchema(pool, projection, schema);
      const dying = new DyingPool(pool, dieAt, death);
      const died = await build(schema, dying.pool).then(
        () => false,
        () => true,
      );
      expect(died).toBe(dying.isDead);
      stoppedAt.add((await readCheckpoint(pool, schema)).position);
      if (died) await build(schema);
      expect(await outcome(schema)).toEqual(expected);
      await dropSchema(pool, schema);
      if (!died) break;
      deaths++;
    }
    expect(deaths).toBeGreaterThan(25);
    expect(stoppedAt.size).toBe(4);
  });
});
