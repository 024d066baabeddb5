import { accept, type Decision, refuse } from '../decider.ts';
import { formatAmount, least } from '../money.ts';
import { rejection } from '../rejections.ts';
import type { RollBack } from './commands.ts';
import type { AccountEvent } from './events.ts';
import { keyOf, type Transaction } from './records.ts';
import type { AccountState } from './state.ts';

/**
 * Undoes a transaction of this account and provider by its own amount, at most once, also in a
 * closed round: what is owed to the player is never lost by a close that was faster.
 */
export function rollBack(command: RollBack, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, target, data } = command;
  if (target === transaction) return refuse(rejection('rollback-of-rollback', { target }));
  const original = state.transactions.get(keyOf(provider, target));
  const common = { provider, transaction, target, data, ...account };
  if (!original) return accept({ type: 'RollbackTombstoned', data: common });
  const { kind, round, amount } = original;
  const [game, gameKind] = [original.game || null, original.gameKind || null];
  const undone = { game, gameKind, amount: formatAmount(amount), ...common };
  // What was won and spent is owed; the balance never goes below zero.
  const receivable = () => formatAmount(amount - least(amount, state.available));
  if (original.rolledBack) return refuse(rejection('transaction-rolled-back', { target }));
  switch (kind) {
    case 'bet':
      if (winStands(provider, original, state)) return refuse(rejection('win-stands', { target }));
      return accept({ type: 'BetRolledBack', data: { round, ...undone } });
    case 'win':
      return accept({
        type: 'WinRolledBack',
        data: { round, receivable: receivable(), ...undone },
      });
    case 'tombstone':
      return refuse(rejection('transaction-rolled-back', { target }));
    case 'rollback':
      return refuse(rejection('rollback-of-rollback', { target }));
    case 'round-close':
      return refuse(rejection('nothing-to-roll-back', { target }));
    default:
      return accept({
        type: 'StakelessRolledBack',
        data: { reason: kind, receivable: receivable(), ...undone },
      });
  }
}

/** A win that names no bet stands on every bet of its round. */
function winStands(provider: string, bet: Transaction, state: AccountState): boolean {
  return bet.wins > 0 || (state.rounds.get(keyOf(provider, bet.round))?.wins ?? 0) > 0;
}
