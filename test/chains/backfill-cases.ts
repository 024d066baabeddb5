import { afterAll, beforeAll, expect } from 'vitest';
import type { TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { pay } from '../support/deposits.ts';
import { eventually, type TestHouse } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';

/*
 * Goal: blocks that were mined while nobody looked are all scanned, once, whatever stops the scan
 * in the middle. Method: 500 blocks with deposits in some, and a stop after at least 100 of them.
 */
export const BLOCKS = 500;
export const FEW = 60;
const EVERY = 20;
export const BEFORE_STOP = 100;

/** Set before the tests of a file that calls `backfillPlace`. */
export let place: HouseOnChain;
let node: TestAnvil;
let house: TestHouse;

export function backfillPlace(): void {
  beforeAll(async () => {
    place = await houseOnChain({ isDirect: true });
    ({ node } = place);
    house = await place.open({ parts: ['projections'] });
  });
  afterAll(async () => {
    await house.stop();
    await place.stop();
  });
}

/** What was paid, as `player amount`; each payment stands in a block of its own. */
export async function mineUnseen(prefix: string, blocks = BLOCKS): Promise<string[]> {
  const players = [await house.player(`${prefix}-one`), await house.player(`${prefix}-two`)];
  const paid: string[] = [];
  for (let block = 0; block < blocks; block += EVERY) {
    const to = players[(block / EVERY) % 2];
    if (!to) throw new Error('nobody to pay');
    await pay(node, to.address, BigInt(1_000 + block));
    await node.settle();
    await node.mine(EVERY - 1);
    paid.push(`${to.player} ${1_000 + block}`);
  }
  return paid;
}

export async function cursor(): Promise<number> {
  const { rows } = await house.pool.query<{ height: number | null }>(
    'select max(height)::int as height from bookkeeping.scanned_blocks',
  );
  return rows[0]?.height ?? -1;
}

/** Blocks that don't stand on the one below them. */
export async function gaps(): Promise<number[]> {
  const { rows } = await house.pool.query<{ height: number }>(
    `select height::int from (
       select height, parent_hash, lag(height) over w as below, lag(hash) over w as below_hash
       from bookkeeping.scanned_blocks window w as (order by height)) as linked
     where below is not null and (below <> height - 1 or below_hash <> parent_hash)`,
  );
  return rows.map(({ height }) => height);
}

async function credited(prefix: string): Promise<string[]> {
  const detected: string[] = [];
  const booked: string[] = [];
  for (const { event } of await house.events()) {
    if (event.type === 'DepositDetected') {
      const { owner, amount } = event.data;
      if (owner?.player.startsWith(prefix)) detected.push(`${owner.player} ${amount}`);
    } else if (event.type === 'DepositCredited' && event.data.player.startsWith(prefix)) {
      booked.push(`${event.data.player} ${event.data.amount}`);
    }
  }
  expect(booked).toEqual(detected);
  return booked;
}

export async function expectAllSeen(prefix: string, paid: readonly string[], stoppedAt: number) {
  const head = await node.provider.getBlockNumber();
  expect(stoppedAt).toBeLessThan(head - FEW / 2);
  await eventually('the cursor at the tip', async () => (await cursor()) === head);
  await eventually('every deposit', async () => (await credited(prefix)).length >= paid.length);
  expect(await credited(prefix)).toEqual(paid);
  expect(await gaps()).toEqual([]);
  expect(await booksOf(house, node)).toEqual(BOOKS_IN_ORDER);
}
