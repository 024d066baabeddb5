import type { BalanceRow, ReadModels } from '../read-models.ts';
import { type Reading, reflecting } from '../reading.ts';
import { balances } from './apply.ts';

export function balanceQueries(reading: Reading): Pick<ReadModels, 'balances'> {
  return {
    balances: ({ brand, player }, options = {}) =>
      reflecting(reading, balances, options, async (client) => {
        const { rows } = await client.query<BalanceRow>(
          `select brand, player, currency, available::text, held::text, receivable::text, position
           from balances where brand = $1 and player = $2 order by currency`,
          [brand, player],
        );
        return rows;
      }),
  };
}
