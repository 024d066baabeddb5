import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestAnvil } from '../support/anvil.ts';
import { BOOKS_IN_ORDER, booksOf } from '../support/custody.ts';
import { balanceOf, ETHER } from '../support/deposits.ts';
import { type TestHouse, value } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  approve,
  ask,
  freshAddress,
  fundedPlayer,
  lifeOf,
  withdrawalRow,
} from '../support/withdrawals.ts';

let place: HouseOnChain;
let node: TestAnvil;
let house: TestHouse;
/** A second process on the same log, as far as the log can tell. */
let other: TestHouse;

beforeAll(async () => {
  place = await houseOnChain({ isDirect: true });
  ({ node } = place);
  house = await place.open();
  other = await place.open({ parts: [] });
});

afterAll(async () => {
  await other.stop();
  await house.stop();
  await place.stop();
});

const funded = (name: string, ETH = ETHER) => fundedPlayer(house, node, place.token, name, { ETH });

describe('a request for a withdrawal', () => {
  it('W1 20 at once through two houses: exactly the affordable ones pass', async () => {
    await funded('hasty', 100n);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ask(index % 2 ? house : other, { player: 'hasty', amount: 30n }),
      ),
    );
    const passed = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    expect(passed.map(({ available }) => available).sort()).toEqual(['10', '40', '70']);
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.rejection]));
    expect(refused).toHaveLength(17);
    for (const { code, details } of refused) {
      // A refusal for funds carries the balance that refuses it.
      expect([code, details]).toEqual([
        'insufficient-funds',
        { available: '10', held: '90', requested: '30' },
      ]);
    }
    expect(await balanceOf(house, 'hasty', 'ETH')).toMatchObject({ available: '10', held: '90' });
    for (const { withdrawal } of passed) {
      expect(await withdrawalRow(house, withdrawal)).toMatchObject({ status: 'Under Review' });
    }
  });

  it('L5 with one key 20 times at once through two houses: one hold, one answer', async () => {
    await funded('repeated');
    const wanted = { player: 'repeated', amount: 500n, destination: freshAddress(), key: 'one' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(index % 2 ? house : other, wanted)),
    );
    const values = answers.map(value);
    expect(new Set(values.map(({ withdrawal }) => withdrawal)).size).toBe(1);
    expect(new Set(values.map(({ position }) => position)).size).toBe(1);
    expect(values.filter(({ repeat }) => !repeat)).toHaveLength(1);
    const balance = { available: `${ETHER - 500n}`, held: '500' };
    expect(await balanceOf(house, 'repeated', 'ETH')).toMatchObject(balance);
    expect(await lifeOf(house, values[0]?.withdrawal ?? '')).toEqual([
      ...['WithdrawalHeld', 'WithdrawalRequested', 'VerificationChecked'],
      'WithdrawalPutUnderReview',
    ]);
  });

  it('L5 W8 with a known key and another amount or destination is refused', async () => {
    await funded('changed');
    const wanted = { player: 'changed', amount: 500n, destination: freshAddress(), key: 'k' };
    value(await ask(house, wanted));
    for (const changed of [{ amount: 501n }, { destination: freshAddress() }]) {
      const answer = await ask(house, { ...wanted, ...changed });
      expect(answer).toMatchObject({ ok: false, rejection: { code: 'key-reused' } });
    }
    expect(await balanceOf(house, 'changed', 'ETH')).toMatchObject({ held: '500' });
  });

  it('W10 to what must not be paid is refused, and holds nothing', async () => {
    const { address } = await funded('fumbling');
    // Assigned by the other process, a moment ago.
    const neighbour = await other.player('neighbour');
    const good = freshAddress();
    const flipped = good.replace(/[a-f]/, (digit) => digit.toUpperCase());
    const swapped = flipped === good ? good.replace(/[A-F]/, (d) => d.toLowerCase()) : flipped;
    const refused = (reason: string) => ({ code: 'destination-refused', details: { reason } });
    const invalid = { code: 'destination-invalid' };
    const cases: [string, string, object][] = [
      ['zero address', `0x${'0'.repeat(40)}`, refused('zero-address')],
      ['listed token', place.token, refused('token-contract')],
      ['own deposit address', address, refused('own-address')],
      ['the same, in lower case', address.toLowerCase(), refused('own-address')],
      ["another player's deposit address", neighbour.address, refused('own-address')],
      ['hot wallet', house.hotWallet, refused('own-address')],
      ['bad checksum', swapped, invalid],
      ['without 0x', good.slice(2), invalid],
      ['too short', good.slice(0, -1), invalid],
      ['another chain', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', invalid],
    ];
    for (const [what, destination, rejection] of cases) {
      for (const through of [house, other]) {
        const answer = await ask(through, { player: 'fumbling', amount: 1n, destination });
        expect({ what, ...answer }).toMatchObject({ what, ok: false, rejection });
      }
    }
    const untouched = { available: `${ETHER}`, held: '0' };
    expect(await balanceOf(house, 'fumbling', 'ETH')).toMatchObject(untouched);
  });
});

describe('an approval', () => {
  it("W8 is never the requester's, nor of another content, nor twice one person's", async () => {
    await funded('approved');
    const { withdrawal } = value(
      await ask(house, { player: 'approved', amount: ETHER, requester: 'carol' }),
    );
    expect(await approve(house, withdrawal, 'carol')).toMatchObject({
      rejection: { code: 'approver-is-requester' },
    });
    expect(await withdrawalRow(house, withdrawal)).toMatchObject({ status: 'Under Review' });
    const answers = await Promise.all([
      approve(house, withdrawal, 'bob'),
      approve(other, withdrawal, 'dave'),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({
      rejection: { code: 'withdrawal-not-under-review' },
    });
  });
});

describe('the books after all that', () => {
  it('L9 P3 balance, match the chain, and come out of a replay again', async () => {
    expect(await booksOf(house, node)).toEqual(BOOKS_IN_ORDER);
    // The last one was approved, and there is nothing to pay it with.
    expect(house.errors.filter((error) => !error.includes("can't pay"))).toEqual([]);
  });
});
