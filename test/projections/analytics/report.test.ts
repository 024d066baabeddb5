import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ReportRequest,
  type ReportRow,
  ReportTooLarge,
} from '../../../src/projections/analytics/read-model.ts';
import { report } from '../../../src/projections/analytics/report.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import {
  at,
  bet,
  betUndone,
  businessDay,
  credit,
  creditUndone,
  deposited,
  fold,
  paid,
  rate,
  reading,
  released,
  requested,
  reversed,
  type Told,
  win,
  winUndone,
} from './history.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' };

async function told(history: readonly Told[], request: Partial<ReportRequest> = {}) {
  const schema = await fold(database.pool, history);
  return reading(database.pool, schema, (client) =>
    report(client, { ...NOVEMBER, by: ['day', 'currency'], ...request }),
  );
}

/** A few amounts of each row by its group's first dimension. */
const amountsOf = (rows: readonly ReportRow[], ...names: (keyof NonNullable<Amounts>)[]) =>
  rows.map(({ group, amounts }) => [
    Object.values(group)[0],
    ...names.map((name) => amounts?.[name]),
  ]);
type Amounts = ReportRow['amounts'];

describe('gaming revenue', () => {
  it('P20 is stakes less wins, and net of what the house gave away', async () => {
    const [row] = (
      await told(
        at(
          '2026-11-20T12:00',
          ...[bet('1000'), bet('500'), win('700'), credit('40'), creditUndone('10')],
          ...[credit('7', { reason: 'tournament' }), credit('3', { reason: 'free-round' })],
        ),
      )
    ).rows;
    expect(row?.amounts).toMatchObject({
      ...{ staked: '1500', won: '700', ggr: '800', ngr: '760' },
      ...{ promotions: '30', tournamentPrizes: '7', freeRounds: '3' },
    });
    expect(row?.counts).toMatchObject({ bets: 2, wins: 1, credits: 3, creditsRolledBack: 1 });
    expect(row?.rtpBasisPoints).toBe(4_666);
    expect(row?.reporting).toBeNull();
  });

  it('P21 books a rollback on its own day: yesterday stays as it was closed', async () => {
    const yesterday = at('2026-11-20T12:00', bet('1000'), bet('200'), win('300'));
    const today = at('2026-11-21T12:00', bet('50'), betUndone('1000'), winUndone('300'));
    const closed = await told(yesterday);
    const { rows, totals } = await told([...yesterday, ...today]);
    expect(rows[0]).toEqual(closed.rows[0]);
    expect(amountsOf(rows, 'staked', 'stakesReturned', 'winsReturned', 'ggr')).toEqual([
      ['2026-11-20', '1200', '0', '0', '900'],
      ['2026-11-21', '50', '1000', '300', '-650'],
    ]);
    expect(rows[1]?.rtpBasisPoints).toBeNull();
    expect(amountsOf(totals, 'staked', 'ggr')).toEqual([['USDT', '1250', '250']]);
  });

  it('says who bet, once a day and once in all', async () => {
    const history = [
      ...at('2026-11-20T12:00', bet('1'), bet('1', { game: 'slots' }), bet('1')),
      ...at('2026-11-20T13:00', bet('1', { player: 'p-2' }), win('9', { player: 'p-3' })),
      ...at('2026-11-21T12:00', bet('1')),
    ];
    const byDay = await told(history);
    expect(byDay.rows.map((row) => row.activePlayers)).toEqual([2, 1]);
    expect(byDay.totals.map((row) => row.activePlayers)).toEqual([2]);
    const byGame = await told(history, { by: ['game'] });
    expect(byGame.rows.map((row) => [row.group.game, row.activePlayers])).toEqual([
      ['dice', 2],
      ['slots', 1],
    ]);
  });

  it('tells by provider, game and kind; null for what an old rollback did not say', async () => {
    const old = { game: null, gameKind: null };
    const history = at(
      '2026-11-20T12:00',
      ...[bet('5', { provider: 'b', game: 'x', gameKind: 'slot' }), bet('7'), betUndone('2', old)],
    );
    const { rows } = await told(history, { by: ['provider', 'game', 'kind'] });
    expect(rows.map(({ group, amounts }) => [group, amounts?.ggr])).toEqual([
      [{ provider: 'acme', game: null, kind: null, currency: 'USDT' }, '-2'],
      [{ provider: 'acme', game: 'dice', kind: 'table', currency: 'USDT' }, '7'],
      [{ provider: 'b', game: 'x', kind: 'slot', currency: 'USDT' }, '5'],
    ]);
    const slots = await told(history, { kind: 'slot' });
    expect(slots.totals.map(({ amounts }) => amounts?.staked)).toEqual(['5']);
    expect((await told(history, { chain: 'eip155:1' })).rows).toEqual([]);
  });
});

describe('a report that nobody could read', () => {
  it('is refused by name, and by fewer dimensions it is not', async () => {
    const schema = await fold(database.pool, []);
    await database.pool.query(
      `insert into ${schema}.facts
       select '2026-11-20', 'bet', 'main', 'USDT', '', 'acme', 'g-' || n, 'slot', 1, 1
       from generate_series(1, 10001) n`,
    );
    const request = { ...NOVEMBER, by: ['game'] } as const;
    await reading(database.pool, schema, async (client) => {
      await expect(report(client, request)).rejects.toThrow(ReportTooLarge);
      const { rows } = await report(client, { ...request, by: ['kind'] });
      expect(rows.map(({ amounts }) => amounts?.staked)).toEqual(['10001']);
    });
  });
});

describe('money in and out', () => {
  it('adds up deposits, withdrawals and fees, each on the day that it happened', async () => {
    const { rows } = await told([
      ...at('2026-11-20T12:00', deposited('d-1', '100'), deposited('d-2', '51')),
      ...at('2026-11-20T12:00', requested('w-1', '30'), requested('w-2', '20')),
      ...at('2026-11-21T12:00', reversed('d-2', '51'), paid('w-1', '30'), released('w-2', '20')),
    ]);
    const [first, fees, second] = [rows[0], rows[1], rows[2]];
    expect(first?.amounts).toMatchObject({
      ...{ deposited: '151', firstDeposited: '100', averageDeposit: '75' },
      ...{ withdrawalsRequested: '50', withdrawn: '0' },
    });
    expect(first?.counts).toMatchObject({ deposits: 2, firstDeposits: 1, withdrawalsPaid: 0 });
    expect(fees).toMatchObject({ group: { day: '2026-11-21', currency: 'ETH' } });
    expect(fees?.amounts).toMatchObject({ networkFees: '21000', averageDeposit: null });
    expect(second?.amounts).toMatchObject({
      ...{ depositsReversed: '51', withdrawn: '30', withdrawalsReleased: '20', deposited: '0' },
    });
  });

  it('is told by chain, also what came back of a withdrawal', async () => {
    const history = at('2026-11-20T12:00', requested('w-1', '30'), released('w-1', '30'), bet('1'));
    const { rows } = await told(history, { by: ['chain'] });
    expect(rows.map(({ group, amounts }) => [group.chain, amounts?.withdrawalsReleased])).toEqual([
      [null, '0'],
      ['eip155:1', '30'],
    ]);
  });
});

describe('the business date', () => {
  it('P21 is the UTC date until a policy moves it, from that event on', async () => {
    const { rows } = await told([
      ...at('2026-11-20T23:59', bet('1')),
      ...at('2026-11-21T00:00', bet('10')),
      ...at('2026-11-21T22:00', bet('100'), businessDay(180), bet('1000')),
      ...at('2026-11-22T20:59', bet('10000')),
      ...at('2026-11-22T21:00', businessDay(0, 2), bet('5')),
    ]);
    expect(amountsOf(rows, 'staked')).toEqual([
      ['2026-11-20', '1'],
      ['2026-11-21', '110'],
      ['2026-11-22', '11005'],
    ]);
  });
});

describe('the reporting currency', () => {
  const twoDays = [
    ...at('2026-11-20T12:00', bet('1500000'), bet('1500000', { currency: 'USDC' })),
    ...at('2026-11-21T12:00', bet('2500000'), win('500000')),
  ];
  const rates = at(
    '2026-11-22T12:00',
    ...[rate('2026-11-20', '0.87'), rate('2026-11-21', '0.9'), rate('2026-11-19', '7')],
    rate('2026-11-20', '1.01', { base: 'USDC' }),
  );

  it('P22 converts each day at its own rate, and rounds once what it tells', async () => {
    const history = [...twoDays, ...rates];
    const {
      rows,
      totals,
      missingRates,
      rates: used,
    } = await told(history, {
      ...{ by: ['day'], reporting: 'EUR' },
    });
    expect(rows.map(({ group, amounts, reporting }) => [group, amounts, reporting?.ggr])).toEqual([
      // 1.305 + 1.515: rounded one by one they would come to 2.83.
      [{ day: '2026-11-20' }, null, '282'],
      [{ day: '2026-11-21' }, null, '180'],
    ]);
    expect(totals.map(({ group, reporting }) => [group, reporting?.ggr])).toEqual([[{}, '462']]);
    expect(totals[0]?.rtpBasisPoints).toBe(887);
    expect(missingRates).toEqual([]);
    expect(used.map(({ base, day }) => [base, day])).toEqual([
      ['USDC', '2026-11-20'],
      ['USDT', '2026-11-20'],
      ['USDT', '2026-11-21'],
    ]);
  });

  it('P22 shows what is missing, and guesses nothing from other days', async () => {
    const history = [...twoDays, ...rates.filter((_, index) => index !== 0)];
    const request = { by: ['day', 'currency'], reporting: 'EUR' } as const;
    const { rows, totals, missingRates } = await told(history, request);
    expect(missingRates).toEqual([{ base: 'USDT', day: '2026-11-20' }]);
    const shown = rows.map(({ group, amounts, reporting }) => [
      ...[group.day, group.currency, amounts?.staked, reporting?.staked],
    ]);
    expect(shown).toEqual([
      ['2026-11-20', 'USDC', '1500000', '152'],
      ['2026-11-20', 'USDT', '1500000', undefined],
      ['2026-11-21', 'USDT', '2500000', '225'],
    ]);
    expect(totals.map(({ reporting }) => reporting)).toEqual([null]);
  });

  it('P22 takes the newest rate of a day, and says by its position that it was restated', async () => {
    const restated = at('2026-11-25T09:00', rate('2026-11-21', '1'));
    const request = { by: [], reporting: 'EUR', from: '2026-11-21' } as const;
    const before = await told([...twoDays, ...rates], request);
    const after = await told([...twoDays, ...rates, ...restated], request);
    expect(before.totals[0]?.reporting?.ggr).toBe('180');
    expect(after.totals[0]?.reporting?.ggr).toBe('200');
    expect(after.rates[0]).toMatchObject({ rate: '1', time: '2026-11-25T09:00:00.000Z' });
    expect((after.rates[0]?.position ?? '') > (before.rates[0]?.position ?? '')).toBe(true);
  });

  it('needs no rate of itself, and none for nothing', async () => {
    const { totals, missingRates } = await told(at('2026-11-20T12:00', bet('7')), {
      ...{ by: ['day'], reporting: 'USDT' },
    });
    expect([totals[0]?.reporting?.staked, missingRates]).toEqual(['7', []]);
  });
});
