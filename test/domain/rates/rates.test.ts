import { describe, expect, it } from 'vitest';
import { ratesDecider } from '../../../src/domain/rates/decide.ts';
import { type RateEvent, rate as rateSchema } from '../../../src/domain/rates/events.ts';
import { timedSpecOf } from '../../support/spec.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const specAt = timedSpecOf(ratesDecider);

const of = {
  ...{ base: 'USDT', quote: 'EUR', day: '2026-11-20', rate: '0.8675', source: 'ecb' },
  ...{ baseDecimals: 6, quoteDecimals: 2 },
} as const;
type Change = Partial<{ [Name in keyof typeof of]: unknown }>;
const recorded = (change: Change = {}) =>
  ({ type: 'RateRecorded', data: { ...of, ...change } }) as RateEvent;
const record = (change: Change = {}) =>
  ({ type: 'RecordRate', ...of, ...change }) as Parameters<typeof ratesDecider.decide>[0];
const given = (...events: RateEvent[]) => {
  const spec = specAt({ timeMs: NOON, events });
  return { when: (command: ReturnType<typeof record>) => spec.when(command, NOON) };
};

describe('a rate', () => {
  it('is recorded once: what stands is a repeat', () => {
    given().when(record()).thenAccepts(recorded());
    given(recorded()).when(record()).thenRepeat();
  });

  it('is restated by another of the same day, also back to what it was', () => {
    given(recorded())
      .when(record({ rate: '0.87' }))
      .thenAccepts(recorded({ rate: '0.87' }));
    given(recorded(), recorded({ rate: '0.87' }))
      .when(record())
      .thenAccepts(recorded());
    given(recorded())
      .when(record({ source: 'desk' }))
      .thenAccepts(recorded({ source: 'desk' }));
  });

  it('is of its own day and base: neither says anything of another', () => {
    const others = [recorded({ day: '2026-11-19' }), recorded({ base: 'ETH', baseDecimals: 18 })];
    given(...others)
      .when(record())
      .thenAccepts(recorded());
  });

  it('is of a day that has begun somewhere', () => {
    given()
      .when(record({ day: '2026-11-22' }))
      .thenAccepts(recorded({ day: '2026-11-22' }));
    given()
      .when(record({ day: '2026-11-23' }))
      .thenRefused('rate-day-in-future', { day: '2026-11-23' });
  });

  it("needs the quote's decimals once, and keeps every currency's", () => {
    given()
      .when(record({ quoteDecimals: null }))
      .thenRefused('currency-unknown');
    given(recorded())
      .when(record({ day: '2026-11-21', quoteDecimals: null }))
      .thenAccepts(recorded({ day: '2026-11-21' }));
    given(recorded())
      .when(record({ day: '2026-11-21', quoteDecimals: 4 }))
      .thenRefused('rate-decimals-differ', { currency: 'EUR', decimals: 2, given: 4 });
    given(recorded())
      .when(record({ day: '2026-11-21', baseDecimals: 8 }))
      .thenRefused('rate-decimals-differ', { currency: 'USDT', decimals: 6, given: 8 });
  });

  it('L4 is an exact decimal in one spelling, above zero', () => {
    for (const good of ['1', '0.8675', '3120.55', '0.000000000000000001', '9'.repeat(18)]) {
      expect(rateSchema.safeParse(good).success, good).toBe(true);
    }
    for (const bad of ['0', '0.0', '1.50', '01', '.5', '1.', '-1', '1e3', '1,5', '9'.repeat(19)]) {
      expect(rateSchema.safeParse(bad).success, bad).toBe(false);
    }
    expect(rateSchema.safeParse(`0.${'1'.repeat(19)}`).success).toBe(false);
  });
});
