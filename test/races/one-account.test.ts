import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import type { GameResult } from '../../src/commands/game.ts';
import type { Answer, House } from '../../src/commands/house.ts';
import { placeBet } from '../../src/commands/place-bet.ts';
import { rollBack } from '../../src/commands/roll-back.ts';
import { streams } from '../../src/domain/ids.ts';
import type { Rejection } from '../../src/domain/rejections.ts';
import { staff, value } from '../support/house.ts';
import { balanceIn, plainHouse, richPlayer, typesIn } from '../support/plain-house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { tokenOf } from '../support/sessions.ts';

/*
 * Goal: one account's promises hold whoever writes it at the same moment. Method: four engines,
 * each with a log and connections of its own, on one real Postgres.
 */
const ENGINES = 4;

let database: FreshDatabase;
let houses: House[];
let dispose: (() => Promise<void>)[];

beforeAll(async () => {
  database = await freshDatabase();
  dispose = [];
  houses = [];
  for (let index = 0; index < ENGINES; index++) {
    const pool = openPool(database.url, { max: 6, applicationName: `engine-${index}` });
    const store = await PostgresEventStore.open({ pool, system: realSystem });
    houses.push(plainHouse(store, realSystem));
    dispose.push(async () => {
      await store.close();
      await pool.end();
    });
  }
});

afterAll(async () => {
  for (const each of dispose) await each();
  await database.drop();
});

function bet(index: number, player: string, transaction: string, amount: bigint) {
  const house = houses[index % ENGINES];
  if (!house) throw new Error('no such house');
  return placeBet(
    house,
    'acme',
    {
      ...{ brand: 'main', player, currency: 'ETH', transaction },
      ...{ round: 'r', game: 'g', gameKind: 'other', amount: `${amount}`, data: {} },
      session: tokenOf(),
    },
    staff('acme'),
  );
}

const first = () => {
  const [house] = houses;
  if (!house) throw new Error('no house');
  return house;
};

const betsOf = async (player: string) => {
  const stream = streams.account({ brand: 'main', player, currency: 'ETH' });
  const types = await typesIn(first().store, { streamPrefixes: [stream] });
  return types.filter((type) => type === 'BetDebited').length;
};

function sorted(answers: readonly Answer<GameResult>[]) {
  const passed: GameResult[] = [];
  const refused: Rejection[] = [];
  for (const answer of answers) {
    if (answer.ok) passed.push(answer.value);
    else refused.push(answer.rejection);
  }
  return { passed, refused };
}

it('L3 200 bets at once on one account through 4 engines never overdraw it', async () => {
  await richPlayer(first(), 'hunted', 1_000n);
  // Of 7 each: 142 can pass, and 6 are left over.
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => bet(index, 'hunted', `t-${index}`, 7n)),
  );
  const { passed, refused } = sorted(answers);
  expect(passed).toHaveLength(142);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['insufficient-funds']));
  // Each refusal is true: it carries the balance that was there at the end.
  expect(new Set(refused.map(({ details }) => details.available))).toEqual(new Set(['6']));
  // Each answer is the balance after its own bet: no two are the same, and none is below zero.
  const balances = passed.map(({ available }) => Number(available)).sort((a, b) => b - a);
  expect(balances).toEqual(Array.from({ length: 142 }, (_, index) => 1_000 - 7 * (index + 1)));
  expect(passed.every(({ repeat }) => !repeat)).toBe(true);
  for (const house of houses) {
    expect(await balanceIn(house, 'hunted')).toEqual({ available: 6n, held: 0n });
  }
  expect(await betsOf('hunted')).toBe(142);
});

it('L5 one message 50 times at once through 4 engines: one effect and 49 repeats of it', async () => {
  await richPlayer(first(), 'echoed', 1_000n);
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => bet(index, 'echoed', `same-${round}`, 10n)),
    );
    const values = answers.map(value);
    expect(values.filter(({ repeat }) => repeat)).toHaveLength(49);
    const results = new Set(values.map(({ repeat: _, ...result }) => JSON.stringify(result)));
    expect(results.size).toBe(1);
    expect(values[0]?.available).toBe(`${1_000 - 10 * (round + 1)}`);
    expect(await betsOf('echoed')).toBe(round + 1);
  }
});

it('L5 one key with 40 different amounts at once: one wins, all others are refused by name', async () => {
  await richPlayer(first(), 'forged', 1_000n);
  for (let round = 0; round < 5; round++) {
    const before = (await balanceIn(first(), 'forged')).available;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        bet(index, 'forged', `key-${round}`, BigInt(index + 1)),
      ),
    );
    const { passed, refused } = sorted(answers);
    expect(passed).toHaveLength(1);
    expect(refused).toHaveLength(39);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['key-reused']));
    const winner = answers.findIndex(({ ok }) => ok);
    const { available } = await balanceIn(first(), 'forged');
    expect(available).toBe(before - BigInt(winner + 1));
    expect(passed[0]?.available).toBe(`${available}`);
  }
});

it('L3 20 distinct bets at once on a balance for 10: exactly ten pass', async () => {
  await richPlayer(first(), 'tight', 100n);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => bet(index, 'tight', `ten-${index}`, 10n)),
  );
  const { passed, refused } = sorted(answers);
  expect(passed).toHaveLength(10);
  expect(refused.map(({ code }) => code)).toEqual(
    Array.from({ length: 10 }, () => 'insufficient-funds'),
  );
  expect(await balanceIn(first(), 'tight')).toEqual({ available: 0n, held: 0n });
});

it('L7 a bet and its rollback in parallel, 200 times, never lose or make money', async () => {
  await richPlayer(first(), 'torn', 1_000n);
  const seen = new Map<string, number>();
  const undo = (index: number) =>
    rollBack(
      houses[(index + 1) % ENGINES] ?? first(),
      'acme',
      {
        ...{ brand: 'main', player: 'torn', currency: 'ETH', data: {} },
        ...{ transaction: `undo-${index}`, target: `torn-${index}` },
      },
      staff('acme'),
    );
  for (let round = 0; round < 200; round += 20) {
    const indexes = Array.from({ length: 20 }, (_, index) => round + index);
    const answers = await Promise.all(
      indexes.flatMap((index) => [bet(index, 'torn', `torn-${index}`, 5n), undo(index)]),
    );
    for (const index of indexes) {
      const [placed, undone] = answers.slice(2 * (index - round), 2 * (index - round) + 2);
      const code = placed?.ok ? 'bet first' : placed?.rejection.code;
      seen.set(`${code}`, (seen.get(`${code}`) ?? 0) + 1);
      expect(undone?.ok, `undo-${index}`).toBe(true);
    }
    expect(await balanceIn(first(), 'torn')).toEqual({ available: 1_000n, held: 0n });
  }
  const codes = new Set(['bet first', 'transaction-rolled-back']);
  expect([...seen.keys()].filter((code) => !codes.has(code))).toEqual([]);
});
