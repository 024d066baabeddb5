import { analytics } from './analytics/apply.ts';
import { analyticsQueries } from './analytics/queries.ts';
import { balances } from './balances/apply.ts';
import { balanceQueries } from './balances/queries.ts';
import { deposits } from './deposits/apply.ts';
import { depositQueries } from './deposits/queries.ts';
import { journal } from './journal/apply.ts';
import { journalQueries } from './journal/queries.ts';
import type { Projection } from './projection.ts';
import type { ReadModels } from './read-models.ts';
import type { Reading } from './reading.ts';
import { risk } from './risk/apply.ts';
import { riskQueries } from './risk/queries.ts';
import { readStatuses } from './status.ts';
import { wallets } from './wallets/apply.ts';
import { walletQueries } from './wallets/queries.ts';
import { withdrawals } from './withdrawals/apply.ts';
import { withdrawalQueries } from './withdrawals/queries.ts';

/** Every read model that this version of the house keeps. */
export const PROJECTIONS: readonly Projection[] = [
  balances,
  journal,
  deposits,
  withdrawals,
  wallets,
  risk,
  analytics,
];

export function openReadModels(reading: Reading): ReadModels {
  return {
    statuses: (head) => readStatuses(reading.pool, PROJECTIONS, head, reading.system.now()),
    ...balanceQueries(reading),
    ...journalQueries(reading),
    ...depositQueries(reading),
    ...withdrawalQueries(reading),
    ...riskQueries(reading),
    ...walletQueries(reading),
    ...analyticsQueries(reading),
  };
}
