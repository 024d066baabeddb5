import type { PoolClient } from 'pg';
import type { PlayerRef } from '../../domain/ids.ts';
import { inPeriod } from '../journal/queries.ts';
import type { BalanceRow, ReadModels } from '../read-models.ts';
import { type Reading, reflecting } from '../reading.ts';
import { balances } from './apply.ts';
import { houseBalancesAt } from './house.ts';
import { balancesAt } from './past.ts';

export function balanceQueries(reading: Reading): Pick<ReadModels, 'balances' | 'houseBalances'> {
  return {
    balances: (player, options = {}) =>
      // What was is told by the journal: it has the balances after every transfer.
      options.asOf === undefined
        ? reflecting(reading, balances, options, (client) => balancesNow(client, player))
        : inPeriod(reading, options, (client, span) => balancesAt(client, player, span)),
    houseBalances: (options = {}) =>
      inPeriod(reading, options, (client, { until }) => houseBalancesAt(client, until)),
  };
}

async function balancesNow(
  client: PoolClient,
  { brand, player }: PlayerRef,
): Promise<readonly BalanceRow[]> {
  const { rows } = await client.query<BalanceRow>(
    `select brand, player, currency, available::text, held::text, '0' as bonus,
       receivable::text, receivable > 0 as frozen, position
     from balances where brand = $1 and player = $2 order by currency`,
    [brand, player],
  );
  return rows;
}
