import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postings } from '../../../src/domain/events.ts';
import { ledgerClass } from '../../../src/domain/postings.ts';
import type { RecordedRate } from '../../../src/domain/rates/events.ts';
import { report } from '../../../src/projections/analytics/report.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { histories, rateTables } from './arbitrary.ts';
import { rowsByHand } from './by-hand.ts';
import { fold, reading, type Told } from './history.ts';

/**
 * Goal: rows are what the log says, to the last unit. Method: random histories, over a few days,
 * players, games and coins, folded in batches of several sizes; held against rows that are worked
 * out by hand from the whole history, and against the journal.
 */
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const EVER = { from: '2026-01-01', to: '2027-12-31' };
const TABLES = ['facts', 'player_days', 'firsts', 'durations', 'waiting'] as const;

async function rowsOf(schema: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of TABLES) {
    const { rows } = await database.pool.query<{ row: string }>(
      `select (select string_agg(value, '|' order by place)
         from json_each_text(row_to_json(t)) with ordinality as e (name, value, place)) as row
       from ${schema}.${table} t`,
    );
    found[table] = rows.map(({ row }) => row).sort();
  }
  return found;
}

/** By ledger account and currency: of the whole log, without a thought of days. */
function ledger(history: readonly Told[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { event } of history) {
    for (const { account, currency, amount } of postings(event)) {
      const key = `${ledgerClass(account)} ${currency}`;
      balances.set(key, (balances.get(key) ?? 0n) + amount);
    }
  }
  return balances;
}

describe('any history', () => {
  it('P1 P20 has the rows that it says, however it was cut into batches', () =>
    fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 9 }), async (history, size) => {
        const expected = rowsByHand(history);
        expect(await rowsOf(await fold(database.pool, history, size))).toEqual(expected);
        expect(await rowsOf(await fold(database.pool, history))).toEqual(expected);
      }),
      { numRuns: 4 },
    ));

  it('P20 adds up, day by day, to what the journal has in all', () =>
    fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const balances = ledger(history);
        const schema = await fold(database.pool, history, 40);
        const { rows, totals } = await reading(database.pool, schema, (client) =>
          report(client, { ...EVER, by: ['day', 'brand', 'provider', 'currency'] }),
        );
        for (const { group, amounts: total } of totals) {
          const { currency } = group;
          const balance = (account: string) => balances.get(`${account} ${currency}`) ?? 0n;
          const days = rows.filter((row) => row.group.currency === currency);
          for (const name of Object.keys(total ?? {}) as (keyof NonNullable<typeof total>)[]) {
            if (name === 'averageDeposit') continue;
            const sum = days.reduce((all, { amounts }) => all + BigInt(amounts?.[name] ?? 0), 0n);
            expect(`${name} ${sum}`).toBe(`${name} ${total?.[name]}`);
          }
          const { ggr, ngr, promotions, tournamentPrizes, freeRounds, networkFees } = total ?? {};
          expect(ggr).toBe(`${-balance('gaming')}`);
          expect(promotions).toBe(`${balance('promotions')}`);
          expect(tournamentPrizes).toBe(`${balance('tournament-prizes')}`);
          expect(freeRounds).toBe(`${balance('free-rounds')}`);
          expect(networkFees).toBe(`${balance('network-fees')}`);
          const given =
            BigInt(promotions ?? 0) + BigInt(tournamentPrizes ?? 0) + BigInt(freeRounds ?? 0);
          expect(BigInt(ngr ?? 0)).toBe(BigInt(ggr ?? 0) - given);
          const held =
            BigInt(total?.deposited ?? 0) -
            BigInt(total?.depositsReversed ?? 0) -
            BigInt(total?.withdrawn ?? 0) -
            BigInt(networkFees ?? 0);
          expect(held).toBe(balance('custody'));
        }
        const moved = [...balances].filter(([, balance]) => balance !== 0n);
        const told = new Set(totals.map(({ group }) => group.currency));
        for (const [key] of moved) expect(told).toContain(key.split(' ')[1]);
      }),
      { numRuns: 7 },
    ));

  it('P22 is converted as fractions would be, day by day, or not at all', () =>
    fc.assert(
      fc.asyncProperty(histories, rateTables, async (history, rates) => {
        const { pool } = database;
        const schema = await fold(pool, [...history, ...rates]);
        await reading(pool, schema, async (client) => {
          const days = await report(client, { ...EVER, by: ['day', 'currency'] });
          const { totals, missingRates } = await report(client, {
            ...{ ...EVER, by: ['currency'], reporting: 'EUR' },
          });
          const standing = new Map(
            rates.map(({ event: { data } }) => {
              const { base, day } = data as Record<string, string>;
              return [`${day} ${base}`, data as RecordedRate];
            }),
          );
          let sum: Fraction = [0n, 1n];
          let isWhole = true;
          for (const { group, amounts } of days.rows) {
            const of = standing.get(`${group.day} ${group.currency}`);
            const moved = Object.values(amounts ?? {}).some(
              (each) => each !== '0' && each !== null,
            );
            if (of) sum = plus(sum, inQuote(BigInt(amounts?.ggr ?? 0), of));
            else if (moved) isWhole = false;
          }
          expect(missingRates.length === 0).toBe(isWhole);
          expect(totals[0]?.reporting?.ggr).toBe(isWhole ? nearest(sum) : undefined);
        });
      }),
      { numRuns: 5 },
    ));
});

type Fraction = readonly [numerator: bigint, denominator: bigint];

const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];

/** As one learns it at school: by the rate, and by the decimals of both. */
function inQuote(amount: bigint, of: RecordedRate): Fraction {
  const places = of.rate.split('.')[1]?.length ?? 0;
  const digits = BigInt(of.rate.replace('.', ''));
  const [up, down] = [10n ** BigInt(of.quoteDecimals), 10n ** BigInt(of.baseDecimals + places)];
  return [amount * digits * up, down];
}

function nearest([numerator, denominator]: Fraction): string {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * size + denominator) / (2n * denominator);
  return `${numerator < 0n ? -rounded : rounded}`;
}
