import { z } from 'zod';
import { currencyCode, streams } from '../domain/ids.ts';
import { ratesDecider } from '../domain/rates/decide.ts';
import { type RecordedRate, rateEvents } from '../domain/rates/events.ts';
import type { CommandContext } from './engine.ts';
import { type Answer, execute, type House, no, type Placed, positionOf } from './house.ts';

const { day, rate, source, quoteDecimals } = rateEvents.RateRecorded.schema.shape;

export const recordRateInput = z
  .strictObject({
    base: currencyCode,
    quote: currencyCode.meta({ description: 'What reports are told in', examples: ['EUR'] }),
    day: day.meta({ description: 'The business date that it converts' }),
    rate: rate.meta({ description: 'Whole quote for one whole base, exactly' }),
    source: source.meta({ description: 'Who says so', examples: ['ecb'] }),
    quoteDecimals: quoteDecimals.optional().meta({
      description: 'Needed with the first rate in a quote that no account is kept in',
      examples: [2],
    }),
  })
  .refine(({ base, quote }) => base !== quote, {
    path: ['quote'],
    message: 'must be another currency than the base',
  });

export interface StandingRate extends Placed, RecordedRate {}

/** What stands already is a repeat; another rate of the same day restates it from now on. */
export function recordRate(
  house: House,
  { quoteDecimals, ...input }: z.output<typeof recordRateInput>,
  context: CommandContext,
): Promise<Answer<StandingRate>> {
  const { base, quote } = input;
  const { currencies } = house.assets;
  const registered = currencies.get(base);
  if (!registered) return Promise.resolve(no('currency-unknown', { currency: base }));
  const { decimals: baseDecimals } = registered;
  const known = currencies.get(quote)?.decimals ?? null;
  if (known !== null && quoteDecimals !== undefined && quoteDecimals !== known) {
    const details = { currency: quote, decimals: known, given: quoteDecimals };
    return Promise.resolve(no('rate-decimals-differ', details));
  }
  const command = {
    ...{ type: 'RecordRate', ...input, baseDecimals },
    quoteDecimals: known ?? quoteDecimals ?? null,
  } as const;
  const stream = streams.rates(quote);
  return execute(house, ratesDecider, stream, command, context, async (done) => ({
    ...{ ...input, baseDecimals, repeat: done.repeat },
    quoteDecimals: done.state.decimals.get(quote) ?? 0,
    position: await positionOf(house, stream, done),
  }));
}
