import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/sessions.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '1000');
  await stage.player('p-2', '1000');
});
afterAll(() => stage.close());

const account = { player: 'p-1', currency: 'USDT' };
const session = tokenOf('acme-games');
const play = { round: 'r1', game: 'dice' };
const bet = (transaction: string, amount: string, change = {}) => ({
  ...{ type: 'bet', transaction, ...play, session, amount, ...change },
});
const win = (transaction: string, amount: string, named: string) => ({
  ...{ type: 'win', transaction, ...play, bet: named, amount },
});
const post = (url: string, body: object, who: 'acme' | 'rival' = 'acme') =>
  stage.as(who, { method: 'POST', url, body: { ...account, ...body } });
const batch = (...messages: object[]) => post('/v1/batches', { messages });
const history = async () => {
  const url = '/v1/accounts/main/p-1/USDT/history?limit=200';
  const waitFor = await stage.store.head();
  return (await stage.as('audrey', { url: `${url}&waitFor=${waitFor}` })).json().items;
};

describe('a batch', () => {
  const first = [bet('b1', '600'), win('w1', '100', 'b1'), bet('b2', '500')];

  it('answers each message with the balance right after it', async () => {
    const done = await batch(...first);
    expect(done.statusCode, done.body).toBe(200);
    expect(done.json()).toMatchObject({
      ...{ provider: 'acme-games', ...account, available: '0', held: '0', repeat: false },
      ...{ decimals: 6, display: { available: '0' }, position: await stage.store.head() },
      results: [
        { transaction: 'b1', available: '400', held: '0', repeat: false },
        { transaction: 'w1', available: '500', held: '0', repeat: false },
        { transaction: 'b2', available: '0', held: '0', repeat: false },
      ],
    });
  });

  it('L5 repeated is answered as the first time, at the same position', async () => {
    const before = await stage.store.head();
    const again = (await batch(...first)).json();
    expect(again).toMatchObject({ available: '0', position: before, repeat: true });
    expect(again.results.map((each: { available: string }) => each.available)).toEqual([
      ...['400', '500', '0'],
    ]);
    expect(again.results.every((each: { repeat: boolean }) => each.repeat)).toBe(true);
    expect(await stage.store.head()).toBe(before);
    const single = (await post('/v1/bets', { ...bet('b1', '600'), type: undefined })).json();
    expect(single).toMatchObject({ available: '400', repeat: true });
  });

  it('L5 does what is new, and says of the others that they are repeats', async () => {
    await post('/v1/credits', { transaction: 's0', reason: 'promotion', amount: '7' });
    const mixed = await batch(win('w1', '100', 'b1'), win('w2', '50', 'b2'), win('w2', '50', 'b2'));
    expect(mixed.json()).toMatchObject({
      ...{ available: '57', repeat: false },
      results: [
        { transaction: 'w1', available: '500', repeat: true },
        { transaction: 'w2', available: '57', repeat: false },
        { transaction: 'w2', available: '57', repeat: true },
      ],
    });
  });

  it('L5 knows what was done right before it from what it did', async () => {
    const transaction = { transaction: 's1', reason: 'promotion', amount: '1' };
    await post('/v1/credits', transaction);
    const member = { type: 'credit', ...transaction };
    const mixed = await batch(member, { ...member, transaction: 's2' });
    expect(mixed.json()).toMatchObject({
      repeat: false,
      results: [{ repeat: true }, { repeat: false }],
    });
    for (const target of ['s1', 's2']) {
      await post('/v1/rollbacks', { transaction: `x-${target}`, target });
    }
  });

  it('L10 is refused as a whole by its first refusal, which says its index and the balance', async () => {
    const before = await stage.store.head();
    const refused = await batch(bet('b3', '50'), bet('b4', '50'));
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      ...{ code: 'insufficient-funds', index: 1, requested: '50' },
      ...{ available: '57', availableAtIndex: '7' },
    });
    expect(await stage.store.head()).toBe(before);
  });

  it('takes every kind of message', async () => {
    const all = await batch(
      { type: 'credit', transaction: 's5', reason: 'free-round', round: 'r5', amount: '10' },
      bet('b5', '10', { round: 'r5' }),
      { type: 'rollback', transaction: 'x5', target: 'b5' },
      { type: 'round-close', transaction: 'c5', round: 'r5' },
    );
    expect(all.json().results).toMatchObject([
      { available: '67' },
      { available: '57' },
      { available: '67' },
      { available: '67' },
    ]);
    const late = await batch(bet('b6', '1', { round: 'r5' }));
    expect(late.json()).toMatchObject({ code: 'round-closed', index: 0 });
  });

  it('names the field of the message that is wrong', async () => {
    const wrong = await batch(bet('b7', '1'), bet('b8', '1.5'));
    expect(wrong.json()).toMatchObject({
      code: 'invalid-input',
      errors: [{ field: 'messages.1.amount', in: 'body' }],
    });
  });
});

describe('what a message carries', () => {
  it('is kept in its event for audit, and is no part of its meaning', async () => {
    const data = { multiplier: '2.5', bonus: true, spins: 3 };
    const message = { transaction: 's9', reason: 'tournament', amount: '9', game: 'poker' };
    const kept = { ...message, gameKind: 'poker', data };
    expect((await post('/v1/credits', kept)).statusCode).toBe(200);
    expect((await history()).at(-1)).toMatchObject({
      type: 'StakelessCredited',
      data: { reason: 'tournament', gameKind: 'poker', data, round: null, game: 'poker' },
    });
    const again = await post('/v1/credits', { ...message, data: { multiplier: '3' } });
    expect(again.json()).toMatchObject({ repeat: true });
  });

  it('of a rollback may be an amount, which is ignored', async () => {
    await post('/v1/credits', { transaction: 's10', reason: 'promotion', amount: '30' });
    const undone = await post('/v1/rollbacks', { transaction: 'x10', target: 's10', amount: '1' });
    expect(undone.statusCode, undone.body).toBe(200);
    expect((await history()).at(-1)).toMatchObject({
      type: 'StakelessRolledBack',
      data: { target: 's10', amount: '30', receivable: '0' },
    });
  });

  it('costs the house what it gives without a stake', async () => {
    const url = `/v1/trial-balance?waitFor=${await stage.store.head()}`;
    const { rows } = (await stage.as('audrey', { url })).json();
    const balances = Object.fromEntries(
      rows.map((each: { class: string; balance: string }) => [each.class, each.balance]),
    );
    expect(balances).toMatchObject({
      ...{ promotions: '7', 'tournament-prizes': '9', 'free-rounds': '10' },
    });
  });
});

describe('L5 a transaction id of a provider is one account of the whole house', () => {
  const credit = { transaction: 'one', reason: 'promotion', amount: '3' };

  it('and refused for another player, another currency and another kind', async () => {
    await post('/v1/credits', credit);
    for (const change of [{ player: 'p-2' }, { currency: 'ETH' }, { reason: 'tournament' }]) {
      const refused = await post('/v1/credits', { ...credit, ...change });
      expect(refused.statusCode, refused.body).toBe(409);
      expect(refused.json()).toMatchObject({ code: 'key-reused', transaction: 'one' });
    }
    const theirs = await post('/v1/credits', credit, 'rival');
    expect(theirs.json()).toMatchObject({ provider: 'rival-games', repeat: false });
  });

  it("and refused in a batch, which says where, and in a rollback of another's", async () => {
    const member = { type: 'credit', ...credit };
    const messages = [{ ...member, transaction: 'two' }, member];
    const whole = await post('/v1/batches', { player: 'p-2', messages });
    expect(whole.json()).toMatchObject({ code: 'key-reused', index: 1, transaction: 'one' });
    const undo = { player: 'p-2', transaction: 'x-one', target: 'one' };
    const refused = await post('/v1/rollbacks', undo);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: 'transaction-not-yours', target: 'one' });
  });
});
