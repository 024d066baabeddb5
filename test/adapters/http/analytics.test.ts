import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/sessions.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let today = '';
let newest = '';

const rate = (body: object) =>
  stage.as('alice', {
    method: 'POST',
    url: '/v1/rates',
    body: { base: 'USDT', quote: 'EUR', day: today, source: 'ecb', ...body },
  });

const get = async (path: string, headers: Record<string, string> = {}) =>
  stage.as('audrey', {
    url: path.includes('waitFor') ? path : `${path}&waitFor=${newest}`,
    headers,
  });

beforeAll(async () => {
  stage = await openStage();
  today = new Date(Date.now()).toISOString().slice(0, 10);
  // At noon, so that all of it is of one day.
  stage.clock.shiftMs = Date.parse(`${today}T12:00:00Z`) - Date.now();
  await stage.player('p-1', '10000000');
  const message = { player: 'p-1', currency: 'USDT', round: 'r-1', game: 'di,ce' };
  const game = (url: string, body: object) =>
    stage.as('acme', { method: 'POST', url, body: { ...message, ...body } });
  const session = tokenOf('acme-games');
  await game('/v1/bets', { session, transaction: 'b-1', amount: '3000000', gameKind: 'slot' });
  await game('/v1/bets', { session, transaction: 'b-2', amount: '1000000', gameKind: 'slot' });
  await game('/v1/wins', { transaction: 'w-1', bet: 'b-1', amount: '500000', gameKind: 'slot' });
  const undone = { player: 'p-1', currency: 'USDT', transaction: 'x-1', target: 'b-2' };
  await stage.as('acme', { method: 'POST', url: '/v1/rollbacks', body: undone });
  newest = (await rate({ rate: '0.8675', quoteDecimals: 2 })).json().position;
});
afterAll(() => stage.close());

describe('rates', () => {
  it('stand once recorded, and are restated by another', async () => {
    const again = await rate({ rate: '0.8675' });
    expect([again.statusCode, again.json().repeat]).toEqual([200, true]);
    const other = await rate({ rate: '0.9', day: '2026-01-30' });
    const restated = await rate({ rate: '0.91', day: '2026-01-30' });
    expect([other.statusCode, restated.statusCode]).toEqual([201, 201]);
    newest = restated.json().position;
    const { items } = (await get('/v1/rates?base=USDT')).json();
    expect(items.map((each: { rate: string }) => each.rate)).toEqual(['0.91', '0.9', '0.8675']);
    expect(items[0]).toMatchObject({ quote: 'EUR', quoteDecimals: 2, position: newest });
  });

  it('are refused for what is no currency, no past day, or has other decimals', async () => {
    const codes = [{ base: 'DOGE' }, { day: '2999-01-01' }, { quote: 'XDR' }, { quoteDecimals: 3 }];
    const answers = await Promise.all(codes.map((body) => rate({ rate: '1', ...body })));
    expect(answers.map((answer) => answer.json().code)).toEqual([
      ...['currency-unknown', 'rate-day-in-future', 'currency-unknown', 'rate-decimals-differ'],
    ]);
    const ether = await rate({ rate: '0.0003', quote: 'ETH', quoteDecimals: 8 });
    expect(ether.json()).toMatchObject({ code: 'rate-decimals-differ', decimals: 18 });
  });
});

describe('the report', () => {
  it('P5 has rows and totals as of a position, converted where that is asked for', async () => {
    const answer = await get('/v1/analytics/report?by=day,currency,provider&reporting=EUR');
    const { rows, totals, position, time, ...rest } = answer.json();
    expect(position >= newest).toBe(true);
    expect(time).toMatch(/^20/);
    expect(rest).toMatchObject({
      ...{ by: ['day', 'currency', 'provider'], reporting: 'EUR', missingRates: [] },
      ...{ decimals: { EUR: 2, USDT: 6 }, to: expect.any(String) },
      rates: [{ base: 'USDT', day: today, rate: '0.8675' }],
    });
    const [cash, games] = rows;
    expect(cash).toMatchObject({
      group: { day: today, currency: 'USDT', provider: null },
      counts: { deposits: 1, firstDeposits: 1, bets: 0 },
      amounts: { deposited: '10000000', averageDeposit: '10000000' },
      reporting: { deposited: '868' },
    });
    expect(games).toMatchObject({
      group: { provider: 'acme-games' },
      counts: { bets: 2, betsRolledBack: 1, wins: 1 },
      ...{ activePlayers: 1, rtpBasisPoints: 1_666 },
      amounts: { staked: '4000000', stakesReturned: '1000000', ggr: '2500000', ngr: '2500000' },
      reporting: { ggr: '217' },
    });
    expect(totals).toHaveLength(1);
    expect(totals[0]).toMatchObject({ group: {}, amounts: null, reporting: { ggr: '217' } });
  });

  it('always tells amounts by currency, and shows rates that are missing', async () => {
    const own = (await get('/v1/analytics/report?by=kind')).json();
    expect(own.by).toEqual(['kind', 'currency']);
    expect(own.rows.map((row: { group: object }) => row.group)).toEqual([
      { kind: null, currency: 'USDT' },
      { kind: 'slot', currency: 'USDT' },
    ]);
    const none = (await get('/v1/analytics/report?by=&reporting=CHF')).json();
    expect(none.missingRates).toEqual([{ base: 'USDT', day: today }]);
    expect(none.rows[0]).toMatchObject({ amounts: null, reporting: null });
  });

  it('is CSV by accept or format, with the same figures and what they reflect', async () => {
    const path = '/v1/analytics/report?by=game&provider=acme-games';
    const byFormat = await get(`${path}&format=csv`);
    const byAccept = await get(path, { accept: 'text/csv' });
    expect(byAccept.body).toBe(byFormat.body);
    expect(byFormat.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(String(byFormat.headers['x-position']) >= newest).toBe(true);
    const [header = '', line = '', ...rest] = byFormat.body.split('\r\n');
    expect(rest).toEqual(['']);
    expect(line).toMatch(/^"di,ce",USDT,2,1,1,0,/);
    const at = header.split(',').indexOf('amounts.ggr');
    expect(line.replace('"di,ce"', 'dice').split(',')[at]).toBe('2500000');
  });

  it('L10 refuses a span that runs backwards or is too long, by name', async () => {
    for (const span of ['from=2026-02-01&to=2026-01-01', 'from=2025-01-01&to=2026-06-30']) {
      const answer = await get(`/v1/analytics/report?${span}`);
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid-input']);
      expect(answer.json().errors[0].field).toBe('from');
    }
  });
});

describe('players, durations and retention', () => {
  it('P5 are told as of a position, in JSON and CSV', async () => {
    const players = await get('/v1/analytics/players?by=day,brand');
    expect(players.json().rows).toEqual([
      {
        group: { day: today, brand: 'main' },
        ...{ registrations: 1, firstDeposits: 1, firstBets: 1, activePlayers: 1 },
      },
    ]);
    const csv = await get('/v1/analytics/players?by=day,brand&format=csv');
    expect(csv.body).toBe(
      `day,brand,registrations,firstDeposits,firstBets,activePlayers\r\n${today},main,1,1,1,1\r\n`,
    );
    const retention = await get('/v1/analytics/retention?cohort=first-bet&period=day');
    expect(retention.json()).toMatchObject({
      cohorts: [{ begins: today, players: 1, active: [1] }],
      through: today,
    });
    // Nothing was ever seen on a chain here: no time was taken, and none is made up.
    const durations = await get('/v1/analytics/durations?measure=payout&by=');
    expect(durations.json()).toMatchObject({ rows: [], total: { count: 0, p99Ms: null } });
  });
});
