import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { players } from '../../../src/projections/analytics/players.ts';
import type { Dimension } from '../../../src/projections/analytics/read-model.ts';
import { retention } from '../../../src/projections/analytics/retention.ts';
import { took } from '../../../src/projections/analytics/took.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import {
  at,
  bet,
  deposited,
  detected,
  fold,
  paid,
  reading,
  registered,
  released,
  requested,
  reversed,
  type Told,
} from './history.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const SPAN = { from: '2026-11-01', to: '2026-11-30' };

describe('players', () => {
  const who = async (history: readonly Told[], by: readonly Dimension[] = ['day']) => {
    const schema = await fold(database.pool, history, 3);
    return reading(database.pool, schema, (client) => players(client, { ...SPAN, by }));
  };

  it('are new once: a later deposit is no first one, nor is one after a reorg', async () => {
    const { rows, total } = await who([
      ...at('2026-11-01T09:00', registered(), registered('p-2')),
      ...at('2026-11-02T09:00', deposited('d-1', '5'), bet('1'), bet('1')),
      ...at('2026-11-03T09:00', reversed('d-1', '5'), deposited('d-1', '5', { epoch: 2 })),
      ...at('2026-11-03T09:00', deposited('d-2', '7', { currency: 'ETH' }), bet('1')),
    ]);
    expect(rows).toEqual([
      {
        group: { day: '2026-11-01' },
        ...{ registrations: 2, firstDeposits: 0, firstBets: 0, activePlayers: 0 },
      },
      {
        group: { day: '2026-11-02' },
        ...{ registrations: 0, firstDeposits: 1, firstBets: 1, activePlayers: 1 },
      },
      {
        group: { day: '2026-11-03' },
        ...{ registrations: 0, firstDeposits: 0, firstBets: 0, activePlayers: 1 },
      },
    ]);
    expect(total).toMatchObject({ registrations: 2, firstDeposits: 1, activePlayers: 1 });
  });

  it('are others in another brand, under the same name', async () => {
    const other = { brand: 'other' };
    const history = at('2026-11-01T09:00', bet('1'), bet('1', other), registered('p-1', 'other'));
    const { rows, total } = await who(history, ['brand']);
    expect(rows.map(({ group, firstBets }) => [group.brand, firstBets])).toEqual([
      ['main', 1],
      ['other', 1],
    ]);
    expect(total.activePlayers).toBe(2);
  });
});

describe('how long it took', () => {
  it('is told by the day on which it ended, of each epoch on its own', async () => {
    const history = [
      ...at('2026-11-01T23:58', detected('d-1'), detected('d-2')),
      ...at('2026-11-01T23:59', detected('d-2', 2), deposited('d-1', '5')),
      ...at('2026-11-02T00:01', deposited('d-2', '5', { epoch: 2 })),
      ...at('2026-11-02T00:02', deposited('d-3', '5')),
    ];
    const schema = await fold(database.pool, history, 2);
    const { rows, total } = await reading(database.pool, schema, (client) =>
      took(client, 'confirmation', { ...SPAN, by: ['day'] }),
    );
    expect(rows.map((row) => [row.group.day, row.count, row.averageMs, row.p50Ms])).toEqual([
      ['2026-11-01', 1, 60_000, 60_415],
      ['2026-11-02', 1, 120_000, 120_831],
    ]);
    expect([total.count, total.p50Ms, total.p99Ms, total.longestMs]).toEqual([
      ...[2, 60_415, 120_831, 120_831],
    ]);
  });

  it('counts what was paid, not what came back, and forgets both', async () => {
    const history = [
      ...at('2026-11-01T10:00', requested('w-1', '5'), requested('w-2', '5')),
      ...at('2026-11-01T11:00', requested('w-3', '5'), released('w-2', '5'), paid('w-1', '5')),
    ];
    const schema = await fold(database.pool, history, 1);
    await reading(database.pool, schema, async (client) => {
      const { total } = await took(client, 'payout', { ...SPAN, by: [] });
      expect([total.count, total.averageMs]).toEqual([1, 3_600_000]);
      const { rows } = await client.query('select count(*)::int as waiting from waiting');
      expect(rows).toEqual([{ waiting: 1 }]);
    });
  });
});

describe('retention', () => {
  const player = (name: string) => ({ player: name });
  const history = [
    ...at('2026-11-02T10:00', registered('a'), registered('b'), bet('1', player('a'))),
    ...at('2026-11-03T10:00', registered('c'), bet('1', player('a')), bet('1', player('b'))),
    ...at('2026-11-05T10:00', bet('1', player('a')), bet('2', player('c'))),
    ...at('2026-12-01T10:00', bet('1', player('b'))),
  ];
  const of = async (period: 'day' | 'week' | 'month', told = history) => {
    const schema = await fold(database.pool, told);
    return reading(database.pool, schema, (client) =>
      retention(client, { ...SPAN, cohort: 'registration', period }),
    );
  };

  it('follows those who began together, period by period as far as there is one', async () => {
    const { cohorts, through } = await of('day', history.slice(0, -1));
    expect(cohorts).toEqual([
      { begins: '2026-11-02', players: 2, active: [1, 2, 0, 1] },
      { begins: '2026-11-03', players: 1, active: [0, 0, 1] },
    ]);
    expect(through).toBe('2026-11-05');
  });

  it('counts weeks from Monday, and months', async () => {
    expect((await of('week')).cohorts).toEqual([
      { begins: '2026-11-02', players: 3, active: [3, 0, 0, 0, 1] },
    ]);
    expect((await of('month')).cohorts).toEqual([
      { begins: '2026-11-01', players: 3, active: [3, 1] },
    ]);
  });

  it('has no cohort where nobody began', async () => {
    expect(await of('day', [])).toEqual({ cohorts: [], through: null });
  });
});
