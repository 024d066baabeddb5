import { accept, type Decision, refuse, repeat, unreachable } from '../decider.ts';
import { formatAmount, MAX_AMOUNT } from '../money.ts';
import { mayPlay } from '../play/may-play.ts';
import { insufficientFunds, type Rejection, rejection } from '../rejections.ts';
import type { CloseRound, CreditStakeless, CreditWin, GameCommand, PlaceBet } from './commands.ts';
import { rollBack } from './decide-rollback.ts';
import type { AccountEvent } from './events.ts';
import { meansTheSame } from './meaning.ts';
import { keyOf } from './records.ts';
import type { AccountState } from './state.ts';

/**
 * Game messages come at least once, in any order. Sessions, limits and blocks are no concern of
 * wins and rollbacks: money owed is always paid in.
 *
 * The account stands last in the events' data: V8 makes such an object in a tenth of a microsecond,
 * and in nine where what is spread stands first.
 */
export function decideGame(
  command: GameCommand,
  state: AccountState,
  nowMs: number,
): Decision<AccountEvent> {
  const { provider, transaction } = command;
  const earlier = state.transactions.get(keyOf(provider, transaction));
  if (earlier) {
    if (meansTheSame(earlier, command)) return repeat;
    if (earlier.kind === 'tombstone') {
      return refuse(rejection('transaction-rolled-back', { provider, transaction }));
    }
    return refuse(rejection('key-reused', { provider, transaction, firstKind: earlier.kind }));
  }
  switch (command.type) {
    case 'PlaceBet':
      return placeBet(command, state, nowMs);
    case 'CreditWin':
      return creditWin(command, state);
    case 'CreditStakeless':
      return creditStakeless(command, state);
    case 'RollBack':
      return rollBack(command, state);
    case 'CloseRound':
      return closeRound(command, state);
    default:
      return unreachable(command);
  }
}

const roundOf = ({ provider, round }: { provider: string; round: string }, state: AccountState) =>
  state.rounds.get(keyOf(provider, round));

function placeBet(command: PlaceBet, state: AccountState, nowMs: number): Decision<AccountEvent> {
  const { account, provider, transaction, round, game, gameKind, amount, data } = command;
  if (roundOf(command, state)?.closed) return refuse(rejection('round-closed', { round }));
  const admitted = mayPlay(state.play, command, nowMs);
  if ('code' in admitted) return refuse(admitted);
  if (state.available < amount) return refuse(insufficientFunds(state, amount));
  return accept({
    type: 'BetDebited',
    data: {
      provider,
      transaction,
      round,
      game,
      gameKind,
      session: admitted.id,
      amount: formatAmount(amount),
      data,
      ...account,
    },
  });
}

function creditWin(command: CreditWin, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, round, game, gameKind, bet, amount, data } = command;
  const refused = withoutBet(command, state);
  if (refused) return refuse(refused);
  if (state.available + amount > MAX_AMOUNT) return refuse(rejection('amount-too-large'));
  return accept({
    type: 'WinCredited',
    data: {
      provider,
      transaction,
      round,
      game,
      gameKind,
      bet,
      amount: formatAmount(amount),
      data,
      ...account,
    },
  });
}

/** No open bet, no win: why there is none, or null. */
function withoutBet(command: CreditWin, state: AccountState): Rejection | null {
  const { provider, round: name, bet } = command;
  const round = roundOf(command, state);
  if (round?.closed) return rejection('round-closed', { round: name });
  if (bet === null) {
    if (!round) return rejection('round-not-found', { round: name });
    // A round begins with a bet, so where none stands all were undone.
    return round.bets === 0 ? rejection('bet-rolled-back', { round: name }) : null;
  }
  const named = state.transactions.get(keyOf(provider, bet));
  const isItsBet = named?.kind === 'bet' && named.round === name;
  if (named?.kind === 'tombstone' || (isItsBet && named.rolledBack)) {
    return rejection('bet-rolled-back', { round: name, bet });
  }
  if (!round) return rejection('round-not-found', { round: name });
  return isItsBet ? null : rejection('bet-not-found', { bet });
}

function creditStakeless(command: CreditStakeless, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, reason, round, game, gameKind, amount, data } = command;
  if (round !== null && roundOf({ provider, round }, state)?.closed) {
    return refuse(rejection('round-closed', { round }));
  }
  if (state.available + amount > MAX_AMOUNT) return refuse(rejection('amount-too-large'));
  return accept({
    type: 'StakelessCredited',
    data: {
      provider,
      transaction,
      reason,
      round,
      game,
      gameKind,
      amount: formatAmount(amount),
      data,
      ...account,
    },
  });
}

function closeRound(command: CloseRound, state: AccountState): Decision<AccountEvent> {
  const { account, provider, transaction, round, data } = command;
  if (roundOf(command, state)?.closed) return refuse(rejection('round-closed', { round }));
  return accept({ type: 'RoundClosed', data: { provider, transaction, round, data, ...account } });
}
