import type { PoolClient } from 'pg';
import type { Page } from '../read-models.ts';
import { pageOf } from '../reading.ts';
import type { Rate, RatesFilter, Span } from './read-model.ts';

type Stored = Omit<Rate, 'time'> & { readonly time: Date };

const COLUMNS = `base, quote, day::text, rate, base_decimals as "baseDecimals",
  quote_decimals as "quoteDecimals", source, position, time`;

const shown = (rate: Stored): Rate => ({ ...rate, time: rate.time.toISOString() });

/** Of each base and day the newest: what restated it counts, whenever that was. */
export async function standingRates(
  client: PoolClient,
  quote: string,
  { from, to }: Span,
): Promise<readonly Rate[]> {
  const { rows } = await client.query<Stored>(
    `select distinct on (base, rates.day) ${COLUMNS} from rates
     where quote = $1 and rates.day between $2::date and $3::date
     order by base, rates.day, position desc`,
    [quote, from, to],
  );
  return rows.map(shown);
}

/** Every one that was recorded, newest first. */
export async function listRates(
  client: PoolClient,
  { quote, base, after, limit }: RatesFilter,
): Promise<Page<Rate>> {
  const { rows } = await client.query<Stored>(
    `select ${COLUMNS} from rates
     where ($1::text is null or quote = $1) and ($2::text is null or base = $2)
       and ($3::text is null or position < $3)
     order by position desc limit $4`,
    [quote ?? null, base ?? null, after, limit + 1],
  );
  return pageOf(rows.map(shown), limit, ({ position }) => position);
}
