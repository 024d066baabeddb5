import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runBound } from '../../../src/adapters/postgres/bound-statement.ts';
import { sendAhead } from '../../../src/adapters/postgres/patient-client.ts';
import { type GatedPool, gatedPool } from '../../support/gated-pool.ts';

let gated: GatedPool;
let client: pg.PoolClient;
beforeEach(async () => {
  gated = await gatedPool();
  client = await gated.pool.connect();
  client.on('error', () => {});
  await client.query('create table notes (id bigint primary key, note text not null)');
});
afterEach(async () => {
  client.release(true);
  await gated.drop();
});

const ADD = { name: 'ädd', text: 'insert into notes select $1::bigint, $2 where $2 <> $3' };
const add = (id: number, note: string) => runBound(client, ADD, [String(id), note, 'nothing']);
const notes = async () =>
  (await client.query<{ note: string }>('select note from notes order by id')).rows.map(
    ({ note }) => note,
  );

it('all texts arrive as they were, the first time and ever after, and it says how many rows', async () => {
  const texts = [
    'first',
    '',
    'ö€😀'.repeat(9),
    'x'.repeat(200_000),
    '\x1f"\\\n',
    '😀'.repeat(50_000),
  ];
  for (const [id, text] of texts.entries()) expect(await add(id, text)).toBe(1);
  expect(await add(99, 'nothing')).toBe(0);
  expect(await notes()).toEqual(texts);
});

it('what the server refuses is thrown, and the statements behind it go on', async () => {
  sendAhead(client);
  await add(1, 'one');
  const sent = [add(2, 'two'), add(1, 'again'), add(3, 'three'), add(4, 'nothing')];
  const settled = await Promise.allSettled(sent);
  expect(settled.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  ]);
  await expect(sent[1]).rejects.toMatchObject({ code: '23505' });
  expect(await sent[3]).toBe(0);
  expect(await notes()).toEqual(['one', 'two', 'three']);
});

it('a lost connection fails what was sent on it, and what is sent after it', async () => {
  await add(1, 'one');
  gated.gate.muffle();
  const sent = add(2, 'two');
  gated.gate.cut();
  await expect(sent).rejects.toThrow();
  await expect(add(3, 'three')).rejects.toThrow();
});
