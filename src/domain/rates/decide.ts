import { accept, type Decider, refuse, repeat } from '../decider.ts';
import { rejection } from '../rejections.ts';
import type { RateEvent, RecordedRate } from './events.ts';

/** `quoteDecimals` null: those of the rates before. */
export interface RecordRate extends Omit<RecordedRate, 'quoteDecimals'> {
  readonly type: 'RecordRate';
  readonly quoteDecimals: number | null;
}

export interface RatesState {
  /** Of the quote and of each base that has a rate: they never change. */
  readonly decimals: Map<string, number>;
  /** What stands, by base and day: one a day and currency. */
  readonly standing: Map<string, Pick<RecordedRate, 'rate' | 'source'>>;
}

const keyOf = ({ base, day }: Pick<RecordedRate, 'base' | 'day'>) => `${base} ${day}`;

const HOUR_MS = 3_600_000;
/** Nowhere does a day begin sooner before UTC's. */
const EARLIEST_DAWN_MS = 14 * HOUR_MS;

/** All rates of one quote, which is what reports can be told in. */
export const ratesDecider: Decider<RatesState, RecordRate, RateEvent> = {
  initialState: () => ({ decimals: new Map(), standing: new Map() }),

  decide({ type: _, ...command }, state, nowMs) {
    const { base, quote, day, baseDecimals, rate, source } = command;
    const begun = new Date(nowMs + EARLIEST_DAWN_MS).toISOString().slice(0, 10);
    if (day > begun) return refuse(rejection('rate-day-in-future', { day }));
    const quoteDecimals = command.quoteDecimals ?? state.decimals.get(quote);
    if (quoteDecimals === undefined) return refuse(rejection('currency-unknown', { quote }));
    for (const [currency, given] of [
      [base, baseDecimals] as const,
      [quote, quoteDecimals] as const,
    ]) {
      const decimals = state.decimals.get(currency) ?? given;
      if (decimals !== given) {
        return refuse(rejection('rate-decimals-differ', { currency, decimals, given }));
      }
    }
    const stands = state.standing.get(keyOf(command));
    if (stands?.rate === rate && stands.source === source) return repeat;
    return accept({ type: 'RateRecorded', data: { ...command, quoteDecimals } });
  },

  evolve(state, { data }) {
    const { base, quote, baseDecimals, quoteDecimals, rate, source } = data;
    state.decimals.set(base, baseDecimals).set(quote, quoteDecimals);
    state.standing.set(keyOf(data), { rate, source });
    return state;
  },
};
