import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/sessions.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '10000000');
});
afterAll(() => stage.close());

const message = { player: 'p-1', currency: 'USDT', game: 'dice' };
const post = (url: string, body: object, headers = {}) =>
  stage.as('acme', { method: 'POST', url, body: { ...message, ...body }, headers });
const session = tokenOf('acme-games');
const bet = (body: object, headers = {}) => post('/v1/bets', { session, ...body }, headers);
const win = (body: object) => post('/v1/wins', body);
const rollBack = ({ ...body }: { transaction: string; target: string; player?: string }) =>
  stage.as('acme', {
    method: 'POST',
    url: '/v1/rollbacks',
    body: { player: 'p-1', currency: 'USDT', ...body },
  });

describe('a round', () => {
  it('debits, credits, and answers with the balance right after', async () => {
    const debited = await bet({ transaction: 'b1', round: 'r1', amount: '2500000' });
    expect(debited.statusCode).toBe(200);
    expect(debited.json()).toMatchObject({
      ...{ provider: 'acme-games', transaction: 'b1', available: '7500000', held: '0' },
      ...{ decimals: 6, display: { available: '7.5', held: '0' }, repeat: false },
    });
    const credited = await win({ transaction: 'w1', round: 'r1', bet: 'b1', amount: '5000000' });
    expect(credited.json()).toMatchObject({ available: '12500000', repeat: false });
    expect(credited.json().position > debited.json().position).toBe(true);
  });

  it('answers a repeat as the first time', async () => {
    const before = await stage.events();
    const again = await bet({ transaction: 'b1', round: 'r1', amount: '2500000' });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ available: '7500000', repeat: true });
    expect(await stage.events()).toBe(before);
  });

  it('answers a repeat with the position of its effect, the newest one or not', async () => {
    const play = { round: 'r7', amount: '1' };
    const older = (await bet({ transaction: 'p1', ...play })).json();
    const newest = (await bet({ transaction: 'p2', ...play })).json();
    for (const first of [newest, older]) {
      const again = await bet({ transaction: first.transaction, ...play });
      expect(again.json()).toEqual({ ...first, repeat: true });
    }
    await rollBack({ transaction: 'back-1', target: 'p1' });
    await rollBack({ transaction: 'back-2', target: 'p2' });
  });

  it('compares meaning: key order and white space make no other message', async () => {
    const body = `{ "amount" : "2500000",\n "game":"dice", "round":"r1",
      "transaction":"b1", "session":"${session}",
      "currency":"USDT", "player":"p-1", "brand": "main" }`;
    const again = await stage.as('acme', { method: 'POST', url: '/v1/bets', body });
    expect(again.json()).toMatchObject({ available: '7500000', repeat: true });
  });

  it('refuses a key with other content', async () => {
    const other = await bet({ transaction: 'b1', round: 'r1', amount: '2500001' });
    expect(other.statusCode).toBe(409);
    expect(other.json()).toMatchObject({ code: 'key-reused', transaction: 'b1' });
  });

  it('keeps the ids of two providers apart', async () => {
    const theirSession = { session: tokenOf('rival-games') };
    const body = { ...message, ...theirSession, transaction: 'b1', round: 'r1', amount: '1' };
    const theirs = await stage.as('rival', { method: 'POST', url: '/v1/bets', body });
    expect(theirs.json()).toMatchObject({ provider: 'rival-games', repeat: false });
  });

  it('L10 a refusal for funds carries the balance and changes nothing', async () => {
    const before = await stage.events();
    const refused = await bet({ transaction: 'b2', round: 'r2', amount: '99000000' });
    expect(refused.statusCode).toBe(409);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.json()).toMatchObject({
      ...{ code: 'insufficient-funds', status: 409, type: '/problems/insufficient-funds' },
      ...{ available: '12499999', held: '0', requested: '99000000' },
    });
    expect(await stage.events()).toBe(before);
  });

  it('rolls back a bet whose win does not stand, once', async () => {
    await bet({ transaction: 'b3', round: 'r3', amount: '400000' });
    const undone = await rollBack({ transaction: 'x3', target: 'b3' });
    expect(undone.json()).toMatchObject({ available: '12499999', repeat: false });
    const again = await rollBack({ transaction: 'x3', target: 'b3' });
    expect(again.json()).toMatchObject({ available: '12499999', repeat: true });
    const standing = await rollBack({ transaction: 'x1', target: 'b1' });
    expect(standing.json()).toMatchObject({ code: 'win-stands', target: 'b1', status: 409 });
  });

  it('marks a bet that was rolled back before it came', async () => {
    expect((await rollBack({ transaction: 'x4', target: 'b4' })).statusCode).toBe(200);
    const late = await bet({ transaction: 'b4', round: 'r4', amount: '1' });
    expect(late.json()).toMatchObject({ code: 'transaction-rolled-back', status: 409 });
  });

  it('closes', async () => {
    const close = { player: 'p-1', currency: 'USDT', transaction: 'c1', round: 'r1' };
    const call = { method: 'POST', url: '/v1/rounds/close', body: close } as const;
    expect((await stage.as('acme', call)).statusCode).toBe(200);
    const late = await bet({ transaction: 'b5', round: 'r1', amount: '1' });
    expect(late.json()).toMatchObject({ code: 'round-closed', status: 409 });
  });
});

describe('what is not known', () => {
  it.each([
    ['player-not-found', { player: 'nobody' }, 404],
    ['currency-unknown', { currency: 'DOGE' }, 422],
  ])('%s', async (code, body, status) => {
    const refused = await bet({ transaction: 'u1', round: 'r9', amount: '1', ...body });
    expect(refused.statusCode).toBe(status);
    expect(refused.json()).toMatchObject({ code });
  });
});

describe('reading back', () => {
  it('shows the balance at the position of the answer', async () => {
    const placed = await bet({ transaction: 'b6', round: 'r6', amount: '99999' });
    const { position, available } = placed.json();
    const url = `/v1/players/main/p-1/balances?waitFor=${position}`;
    const read = (await stage.as('audrey', { url })).json();
    expect(read.position >= position).toBe(true);
    expect(Date.parse(read.time)).toBeGreaterThan(0);
    expect(read.balances).toMatchObject([
      { currency: 'USDT', available, held: '0', decimals: 6, display: { available: '12.4' } },
    ]);
  });

  it('puts who, when and why on every event', async () => {
    const url = '/v1/accounts/main/p-1/USDT/history?limit=200';
    const headers = { 'x-correlation-id': 'tournament 7' };
    await bet({ transaction: 'b7', round: 'r7', amount: '1' }, headers);
    const { items } = (await stage.as('audrey', { url })).json();
    expect(items.at(-1)).toMatchObject({
      ...{ type: 'BetDebited', actor: { kind: 'game-service', id: 'acme' }, schemaVersion: 2 },
      correlationId: 'tournament 7',
      data: { transaction: 'b7', amount: '1' },
    });
    expect(items.map((item: { revision: number }) => item.revision)).toEqual([...items.keys()]);
  });
});
