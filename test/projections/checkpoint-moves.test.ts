import { beforeAll, beforeEach, expect, test } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import { CheckpointMoved, type Move, placeOf } from '../../src/projections/checkpoint.ts';
import { CheckpointMoves } from '../../src/projections/checkpoint-moves.ts';
import { createReadModelBookkeeping } from '../../src/projections/schema.ts';
import { transaction } from '../../src/projections/transaction.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const SCHEMAS = ['one_v1', 'two_v1', 'three_v1'];
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await createReadModelBookkeeping(database.pool);
  return () => database.drop();
});

beforeEach(async () => {
  await database.pool.query('delete from projections.checkpoints');
  await database.pool.query(
    `insert into projections.checkpoints (schema, position, reached_at, name, version, state)
     select s, '1', 'epoch', s, 1, 'live' from unnest($1::text[]) s`,
    [SCHEMAS],
  );
});

const reachedAt = '2026-01-02T03:04:05.678Z';

function move(schema: string, from = '1', to = '2', newestAt: string | null = null) {
  const asked: Move = { schema, from: { position: from, generation: 0 }, to, reachedAt, newestAt };
  return CheckpointMoves.of(database.pool).move(asked, realSystem);
}

const positions = () =>
  Promise.all(SCHEMAS.map(async (schema) => (await placeOf(database.pool, schema)).position));

test('those that are asked for at a time move together', async () => {
  await Promise.all(SCHEMAS.map((schema) => move(schema, '1', '2', reachedAt)));
  const { rows } = await database.pool.query(
    `select count(*)::int as count, min(position) as least, min(reached_at) as reached,
       min(newest_at) as newest, count(distinct xmin::text)::int as commits
     from projections.checkpoints`,
  );
  const at = new Date(reachedAt);
  expect(rows).toEqual([{ count: 3, least: '2', reached: at, newest: at, commits: 1 }]);
  await Promise.all(SCHEMAS.map((schema) => move(schema, '2', '3')));
  const kept = await database.pool.query(
    'select from projections.checkpoints where position = $1 and newest_at = $2',
    ['3', reachedAt],
  );
  expect(kept.rowCount).toBe(3);
});

test('one that somebody else moved, stopped or replaced is told so, and the others move', async () => {
  const change = (text: string) => database.pool.query(`update projections.checkpoints ${text}`);
  for (const text of [`position = '5'`, 'generation = 1', `stopped = 'x'`, `state = 'old'`]) {
    await change(`set position = '1', generation = 0, stopped = null, state = 'live'`);
    await change(`set ${text} where schema = 'two_v1'`);
    const all = await Promise.allSettled(SCHEMAS.map((schema) => move(schema)));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(all[1]).toMatchObject({ reason: expect.any(CheckpointMoved) });
  }
});

test('of two that would move the same one, one is told that it did not', async () => {
  const all = await Promise.allSettled(['one_v1', 'two_v1', 'one_v1'].map((each) => move(each)));
  expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(await positions()).toEqual(['2', '2', '1']);
});

test('one that is held holds up none of the others, and moves when it is free', async () => {
  const moved: string[] = [];
  const asked = await transaction(database.pool, async (client) => {
    await client.query(`select from projections.checkpoints where schema = 'two_v1' for update`);
    const all = SCHEMAS.map((schema) => move(schema).then(() => moved.push(schema)));
    await eventually('the others there', async () => moved.length === 2);
    return { all, meanwhile: await positions() };
  });
  expect(asked.meanwhile).toEqual(['2', '1', '2']);
  await Promise.all(asked.all);
  expect(await positions()).toEqual(['2', '2', '2']);
});
