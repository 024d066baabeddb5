import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { excludePlayer, readmitPlayer } from '../../src/commands/exclude-player.ts';
import type { House } from '../../src/commands/house.ts';
import { placeBet } from '../../src/commands/place-bet.ts';
import { streams } from '../../src/domain/ids.ts';
import { StoreUnavailable } from '../../src/event-store.ts';
import { staff, value } from '../support/house.ts';
import { plainHouse, richPlayer } from '../support/plain-house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { tokenOf } from '../support/sessions.ts';

/*
 * Goal: once an exclusion is answered, no process accepts a bet. Method: three engines on one real
 * Postgres place bets one after another, while a fourth excludes and readmits the player; the log
 * is then read to see that no bet stands between the two. Who isn't served just now asks again.
 */
const [ENGINES, ROUNDS, BETS_BEFORE] = [4, 5, 15];
const player = { brand: 'main', player: 'hooked' };

let database: FreshDatabase;
const houses: House[] = [];
const dispose: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  for (let index = 0; index < ENGINES; index++) {
    const pool = openPool(database.url, { max: 4, applicationName: `excluding-${index}` });
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

const bet = (house: House, transaction: string) =>
  placeBet(
    house,
    'acme',
    {
      ...{ ...player, currency: 'ETH', transaction, round: 'r', game: 'g', gameKind: 'other' },
      ...{ amount: '1', data: {}, session: tokenOf() },
    },
    staff('acme'),
  );

async function insist<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await realSystem.sleep(10 * realSystem.random());
    }
  }
}

it('L11 an exclusion that was answered holds in every process, whatever was under way', async () => {
  const [staffs, ...games] = houses;
  if (!staffs) throw new Error('no house');
  await richPlayer(staffs, player.player, 1_000_000n);
  let [isOver, isOut, count, tookWhileOut] = [false, false, 0, 0];
  const play = async (house: House, name: number) => {
    while (!isOver) {
      const wasOut = isOut;
      const transaction = `t-${name}-${count++}`;
      const { ok } = await insist(() => bet(house, transaction));
      await realSystem.sleep(5 * realSystem.random());
      if (ok && wasOut && isOut) tookWhileOut++;
    }
  };
  const playing = Promise.all(games.map(play));
  for (let round = 0; round < ROUNDS; round++) {
    const before = count;
    while (count < before + BETS_BEFORE) await realSystem.sleep(5);
    const block = { kind: 'block', until: null } as const;
    value(await insist(() => excludePlayer(staffs, player, block, staff('bob'))));
    isOut = true;
    await realSystem.sleep(50);
    isOut = false;
    value(await insist(() => readmitPlayer(staffs, player, { kind: 'block' }, staff('bob'))));
  }
  isOver = true;
  await playing;
  expect(tookWhileOut).toBe(0);

  let [isRestricted, betsWhileRestricted, bets] = [false, 0, 0];
  const stream = streams.account({ ...player, currency: 'ETH' });
  for await (const { type } of staffs.store.readStream(stream)) {
    if (type === 'PlayRestricted') isRestricted = true;
    if (type === 'PlayReleased') isRestricted = false;
    if (type !== 'BetDebited') continue;
    bets++;
    if (isRestricted) betsWhileRestricted++;
  }
  expect(betsWhileRestricted).toBe(0);
  expect(bets).toBeGreaterThanOrEqual(ROUNDS);
}, 60_000);
