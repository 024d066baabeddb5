import { accept, type Decision, refuse, repeat, unreachable } from '../decider.ts';
import { formatAmount, least, MAX_AMOUNT } from '../money.ts';
import { insufficientFunds, rejection } from '../rejections.ts';
import type { CreditStakeless, CreditWin, GameCommand, PlaceBet, RollBack } from './commands.ts';
import type { AccountEvent } from './events.ts';
import { type AccountState, keyOf, meaningOf } from './state.ts';

/**
 * Game messages come at least once, in any order. Sessions, limits and blocks are no concern of
 * wins and rollbacks: money owed is always paid in.
 */
export function decideGame(command: GameCommand, state: AccountState): Decision<AccountEvent> {
  const { provider, transaction } = command;
  const key = keyOf(provider, transaction);
  const earlier = state.transactions.get(key);
  if (earlier) {
    if (earlier.meaning === meaning(command)) return repeat;
    return refuse(rejection('key-reused', { provider, transaction, firstKind: earlier.kind }));
  }
  if (state.tombstones.has(key)) {
    return refuse(rejection('transaction-rolled-back', { provider, transaction }));
  }
  switch (command.type) {
    case 'PlaceBet':
      return placeBet(command, state);
    case 'CreditWin':
      return creditWin(command, state);
    case 'CreditStakeless':
      return creditStakeless(command, state);
    case 'RollBack':
      return rollBack(command, state);
    case 'CloseRound': {
      const { round, account, data } = command;
      if (roundOf(command, state)?.closed) return refuse(rejection('round-closed', { round }));
      return accept({
        type: 'RoundClosed',
        data: { ...account, provider, transaction, round, data },
      });
    }
    default:
      return unreachable(command);
  }
}

function meaning(command: GameCommand): string {
  switch (command.type) {
    case 'PlaceBet':
      return meaningOf('bet', command.round, command.game, command.amount);
    case 'CreditWin':
      return meaningOf('win', command.round, command.game, command.amount, command.bet);
    case 'CreditStakeless': {
      const { reason, round, game, amount } = command;
      return meaningOf(reason, round, game, amount);
    }
    case 'RollBack':
      return meaningOf('rollback', command.target);
    case 'CloseRound':
      return meaningOf('round-close', command.round);
    default:
      return unreachable(command);
  }
}

const roundOf = ({ provider, round }: { provider: string; round: string }, state: AccountState) =>
  state.rounds.get(keyOf(provider, round));

function placeBet(command: PlaceBet, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, round, game, gameKind, session, data } = command;
  const { amount } = command;
  if (roundOf(command, state)?.closed) return refuse(rejection('round-closed', { round }));
  if (state.available < amount) {
    return refuse(insufficientFunds(state, amount));
  }
  return accept({
    type: 'BetDebited',
    data: {
      ...account,
      provider,
      transaction,
      round,
      game,
      gameKind,
      session,
      amount: formatAmount(amount),
      data,
    },
  });
}

function creditWin(command: CreditWin, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, round: roundId, game, gameKind, bet, data } = command;
  const { amount } = command;
  const round = roundOf(command, state);
  if (round?.closed) return refuse(rejection('round-closed', { round: roundId }));
  if (!round || (bet === null && round.bets.size === 0)) {
    return refuse(rejection('round-not-found', { round: roundId }));
  }
  if (bet !== null && !round.bets.has(bet)) return refuse(rejection('bet-not-found', { bet }));
  if (state.available + amount > MAX_AMOUNT) return refuse(rejection('amount-too-large'));
  return accept({
    type: 'WinCredited',
    data: {
      ...account,
      provider,
      transaction,
      round: roundId,
      game,
      gameKind,
      bet,
      amount: formatAmount(amount),
      data,
    },
  });
}

function creditStakeless(command: CreditStakeless, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, reason, round, game, gameKind, amount, data } = command;
  if (round !== null && state.rounds.get(keyOf(provider, round))?.closed) {
    return refuse(rejection('round-closed', { round }));
  }
  if (state.available + amount > MAX_AMOUNT) return refuse(rejection('amount-too-large'));
  return accept({
    type: 'StakelessCredited',
    data: {
      ...account,
      provider,
      transaction,
      reason,
      round,
      game,
      gameKind,
      amount: formatAmount(amount),
      data,
    },
  });
}

function rollBack(command: RollBack, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, target, data } = command;
  const original = state.transactions.get(keyOf(provider, target));
  const common = { ...account, provider, transaction, target, data };
  if (!original) {
    if (state.tombstones.has(keyOf(provider, target))) {
      return refuse(rejection('transaction-rolled-back', { target }));
    }
    return accept({ type: 'RollbackTombstoned', data: common });
  }
  const { kind, round, amount } = original;
  if (kind === 'rollback') return refuse(rejection('rollback-of-rollback', { target }));
  if (kind === 'round-close') return refuse(rejection('nothing-to-roll-back', { target }));
  if (original.rolledBack) return refuse(rejection('transaction-rolled-back', { target }));
  const receivable = formatAmount(amount - least(amount, state.available));
  const undone = { ...common, amount: formatAmount(amount) };
  switch (kind) {
    case 'win':
      return accept({ type: 'WinRolledBack', data: { ...undone, round, receivable } });
    case 'bet': {
      const standing = standingWin(command, round, state);
      if (standing !== null) return refuse(rejection('win-stands', { target, win: standing }));
      return accept({ type: 'BetRolledBack', data: { ...undone, round } });
    }
    default:
      return accept({ type: 'StakelessRolledBack', data: { ...undone, reason: kind, receivable } });
  }
}

/** A win that names no bet stands on every bet of its round. */
function standingWin(
  { provider, target }: RollBack,
  round: string,
  state: AccountState,
): string | null {
  for (const [win, bet] of state.rounds.get(keyOf(provider, round))?.wins ?? []) {
    if (bet === null || bet === target) return win;
  }
  return null;
}
