import type { EventType } from '../../domain/events.ts';
import type { Fold, Projection } from '../projection.ts';
import { AnalyticsFold } from './fold.ts';
import { keyOf } from './keys.ts';

const TYPES = [
  ...['BetDebited', 'BetRolledBack', 'WinCredited', 'WinRolledBack'],
  ...['StakelessCredited', 'StakelessRolledBack'],
  ...['DepositDetected', 'DepositCredited', 'DepositReversed'],
  ...['WithdrawalHeld', 'HoldReleased', 'HoldSettled'],
  ...['PlayerRegistered', 'RateRecorded', 'ReportingPolicyPublished'],
] as const satisfies readonly EventType[];

export const analytics: Projection = {
  name: 'analytics',
  version: 1,
  types: TYPES,
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: [
    ...['facts', 'player_days', 'firsts', 'durations', 'waiting', 'business_days', 'rates'],
  ],
  keyOf,
  open,
};

function open(): Fold {
  const fold = new AnalyticsFold();
  return {
    load: (batch, client) => fold.load(batch, client),
    apply: (projected) => fold.apply(projected),
    flush: (client) => fold.flush(client),
    get pending() {
      return fold.pending;
    },
  };
}
