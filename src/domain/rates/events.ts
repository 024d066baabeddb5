import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { currencyCode, externalId } from '../ids.ts';

/** A business date. */
export const day = z.iso
  .date('must be a date such as 2026-01-31')
  .meta({ examples: ['2026-01-31'] });

/** Exact: whole units of one currency for one whole unit of another. One spelling a value. */
export const rate = z
  .string()
  .regex(
    /^(0|[1-9][0-9]{0,17})(\.[0-9]{0,17}[1-9])?$/,
    'must be a decimal of at most 18 digits before and after the point, without trailing zeros',
  )
  .refine((text) => text !== '0', 'must be above zero')
  .meta({ examples: ['3120.55'] });

const decimals = z.int().min(0).max(24);

export const rateEvents = {
  /** One whole `base` was worth `rate` whole `quote`. A later one of the same day restates it. */
  RateRecorded: define(
    1,
    z.strictObject({
      base: currencyCode,
      quote: currencyCode,
      day,
      rate,
      /** Of the smallest units, so that the event alone says how to convert. */
      baseDecimals: decimals,
      quoteDecimals: decimals,
      /** Who says so: a bank's or an exchange's short name. */
      source: externalId,
    }),
  ),
};

export type RateEvent = EventOf<typeof rateEvents>;
export type RecordedRate = RateEvent['data'];
