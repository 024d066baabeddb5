import { unreachable } from '../decider.ts';
import type { AccountCommand, GameCommand } from './commands.ts';
import type { AccountEvent } from './events.ts';
import type { GameEvent } from './evolve-game.ts';
import { keyOf, type Transaction } from './records.ts';
import type { AccountState } from './state.ts';

/** A kind of record in the archive: the first letter of its key there. */
export type Kind = 't' | 'r' | 'h' | 'd';

const transactionKey = (provider: string, id: string) => `t ${keyOf(provider, id)}`;
const roundKey = (provider: string, id: string) => `r ${keyOf(provider, id)}`;

/** The keys of all that a command or an event touches, as far as what is in memory can tell. */
export function needsOf(state: AccountState, what: AccountCommand | AccountEvent): string[] {
  switch (what.type) {
    case 'PlaceBet':
    case 'CreditWin':
    case 'CreditStakeless':
    case 'RollBack':
    case 'CloseRound':
      return needsOfCommand(state, what);
    case 'Batch':
      return what.commands.flatMap((command) => needsOfCommand(state, command));
    case 'CreditDeposit':
    case 'ReverseDeposit':
      return [`d ${what.deposit}`];
    case 'HoldWithdrawal':
    case 'ReleaseHold':
    case 'SettleHold':
      return [`h ${what.withdrawal}`];
    case 'DepositCredited':
    case 'DepositReversed':
      return [`d ${what.data.deposit}`];
    case 'HoldReleased':
    case 'HoldSettled':
      return [`h ${what.data.withdrawal}`];
    case 'AccountOpened':
    case 'WithdrawalHeld':
    case 'OpenSession':
    case 'CloseSession':
    case 'SetLimit':
    case 'HeedExclusion':
    case 'SessionOpened':
    case 'SessionClosed':
    case 'LimitSet':
    case 'PlayRestricted':
    case 'PlayReleased':
      return [];
    default:
      return needsOfEvent(state, what);
  }
}

function needsOfCommand(state: AccountState, command: GameCommand): string[] {
  const { provider, transaction } = command;
  const own = transactionKey(provider, transaction);
  // What is known already is a repeat or refused, whatever else there is.
  if (inMemory(state, provider, transaction)) return [own];
  switch (command.type) {
    case 'PlaceBet':
    case 'CloseRound':
      return [own, roundKey(provider, command.round)];
    case 'CreditWin': {
      const round = roundKey(provider, command.round);
      return command.bet === null
        ? [own, round]
        : [own, round, transactionKey(provider, command.bet)];
    }
    case 'CreditStakeless':
      return command.round === null ? [own] : [own, roundKey(provider, command.round)];
    case 'RollBack':
      return [own, ...needsOfTarget(state, provider, command.target)];
    default:
      return unreachable(command);
  }
}

/** Where a transaction is counted follows from itself. */
function needsOfTarget(state: AccountState, provider: string, id: string): string[] {
  const own = transactionKey(provider, id);
  const target = inMemory(state, provider, id);
  if (target?.kind === 'bet') return [own, roundKey(provider, target.round)];
  if (target?.kind !== 'win') return [own];
  return target.reference === ''
    ? [own, roundKey(provider, target.round)]
    : [own, transactionKey(provider, target.reference)];
}

function inMemory(state: AccountState, provider: string, id: string): Transaction | undefined {
  const key = keyOf(provider, id);
  return state.transactions.isMissing(key) ? undefined : state.transactions.get(key);
}

/** A transaction's own record is new with its event, so nobody needs to look for it. */
function needsOfEvent(state: AccountState, event: GameEvent): string[] {
  const { provider } = event.data;
  switch (event.type) {
    case 'BetDebited':
    case 'RoundClosed':
      return [roundKey(provider, event.data.round)];
    case 'WinCredited': {
      const { bet, round } = event.data;
      return [bet === null ? roundKey(provider, round) : transactionKey(provider, bet)];
    }
    case 'BetRolledBack': {
      const { target, round } = event.data;
      return [transactionKey(provider, target), roundKey(provider, round)];
    }
    case 'WinRolledBack':
    case 'StakelessRolledBack':
      return needsOfTarget(state, provider, event.data.target);
    case 'StakelessCredited':
    case 'RollbackTombstoned':
      return [];
    default:
      return unreachable(event);
  }
}
