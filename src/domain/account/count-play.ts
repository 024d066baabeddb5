import { count, roll } from '../play/counters.ts';
import type { AccountEvent } from './events.ts';
import { keyOf } from './records.ts';
import type { AccountState, Of } from './state.ts';

type Counted = Of<
  | 'BetDebited'
  | 'WinCredited'
  | 'BetRolledBack'
  | 'WinRolledBack'
  | 'DepositCredited'
  | 'DepositReversed'
>;

/**
 * What limits are measured by, before the event changes anything else. Each amount belongs to the
 * period in which its bet was placed or its deposit credited; a win that names no bet, to its own.
 */
export function countPlay(
  state: AccountState,
  event: AccountEvent,
  revision: number,
  timeMs: number,
): void {
  switch (event.type) {
    case 'BetDebited':
    case 'WinCredited':
    case 'BetRolledBack':
    case 'WinRolledBack':
    case 'DepositCredited':
    case 'DepositReversed':
      countMoney(state, event, revision, timeMs);
  }
}

function countMoney(state: AccountState, event: Counted, revision: number, timeMs: number): void {
  const { counters } = state.play;
  roll(counters, revision, timeMs);
  const amount = BigInt(event.data.amount);
  switch (event.type) {
    case 'BetDebited':
      count(counters, revision, amount, 0n, 0n);
      return;
    case 'WinCredited': {
      const { provider, bet } = event.data;
      count(counters, revisionOf(state, provider, bet ?? '', revision), 0n, amount, 0n);
      return;
    }
    case 'BetRolledBack': {
      const { provider, target } = event.data;
      count(counters, revisionOf(state, provider, target, revision), -amount, 0n, 0n);
      return;
    }
    case 'WinRolledBack': {
      const { provider, target } = event.data;
      const win = state.transactions.get(keyOf(provider, target));
      const counted = revisionOf(state, provider, win?.reference ?? '', win?.revision ?? revision);
      count(counters, counted, 0n, -amount, 0n);
      return;
    }
    case 'DepositCredited':
      count(counters, revision, 0n, 0n, amount);
      return;
    case 'DepositReversed': {
      const credited = state.deposits.get(event.data.deposit);
      count(counters, credited?.revision ?? revision, 0n, 0n, -amount);
      return;
    }
  }
}

/** Where a transaction stands; `otherwise` when none is named. */
function revisionOf(state: AccountState, provider: string, id: string, otherwise: number): number {
  if (id === '') return otherwise;
  return state.transactions.get(keyOf(provider, id))?.revision ?? otherwise;
}
