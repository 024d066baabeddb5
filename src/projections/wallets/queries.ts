import { pageOf, type Reading, reflecting } from '../reading.ts';
import { wallets } from './apply.ts';
import type { WalletReadModel, WalletRow } from './read-model.ts';

const ROW = `chain, address, currency, brand, player, booked::text, ahead::text, behind::text,
  unbooked::text, (coalesce(observed, 0) - booked)::text as difference, unexplained::text,
  unexplained_since as "unexplainedSince", position,
  case when observed is not null then json_build_object(
    'amount', observed::text, 'time', observed_at,
    'block', json_build_object('height', observed_height, 'hash', observed_hash)) end as observed`;

export function walletQueries(reading: Reading): WalletReadModel {
  return {
    wallets: (filter, options = {}) =>
      reflecting(reading, wallets, options, async (client) => {
        const { chain, address, currency, brand, player, onlyUnexplained, after, limit } = filter;
        const [afterChain = null, afterAddress, afterCurrency] = after?.split('/') ?? [];
        const { rows } = await client.query<WalletRow>(
          `select ${ROW} from wallets
           where ($1::text is null or chain = $1) and ($2::text is null or address = $2)
             and ($3::text is null or currency = $3) and ($4::text is null or brand = $4)
             and ($5::text is null or player = $5) and (not $6 or unexplained <> 0)
             and ($7::text is null or (chain, address, currency) > ($7, $8, $9))
           order by chain, address, currency limit $10`,
          [
            ...[chain, address, currency, brand, player].map((value) => value ?? null),
            ...[onlyUnexplained ?? false, afterChain, afterAddress, afterCurrency, limit + 1],
          ],
        );
        return pageOf(rows, limit, (row) => `${row.chain}/${row.address}/${row.currency}`);
      }),
  };
}
