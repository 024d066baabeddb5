import { unreachable } from '../decider.ts';
import type { AccountCommand, GameCommand } from './commands.ts';
import type { AccountEvent } from './events.ts';
import type { GameEvent } from './evolve-game.ts';
import { keyOf } from './records.ts';
import type { Shelf } from './shelf.ts';
import type { AccountState } from './state.ts';

/** A kind of record in the archive: the first letter of its key there. */
export type Kind = 't' | 'r' | 'h' | 'd';

const NOTHING: readonly string[] = [];

/**
 * The keys of all that a command or an event touches and that isn't in memory, as far as what is
 * there can tell.
 */
export function missingFor(
  state: AccountState,
  what: AccountCommand | AccountEvent,
): readonly string[] {
  switch (what.type) {
    case 'PlaceBet':
    case 'CreditWin':
    case 'CreditStakeless':
    case 'RollBack':
    case 'CloseRound':
      return forGame(state, what);
    case 'Batch':
      return what.commands.flatMap((command) => forGame(state, command));
    case 'CreditDeposit':
    case 'ReverseDeposit':
      return missingIn('d', state.deposits, what.deposit);
    case 'HoldWithdrawal':
    case 'ReleaseHold':
    case 'SettleHold':
      return missingIn('h', state.holds, what.withdrawal);
    case 'DepositCredited':
    case 'DepositReversed':
      return missingIn('d', state.deposits, what.data.deposit);
    case 'HoldReleased':
    case 'HoldSettled':
      return missingIn('h', state.holds, what.data.withdrawal);
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
      return NOTHING;
    default:
      return forGameEvent(state, what);
  }
}

function missingIn(kind: Kind, shelf: Shelf<object>, id: string): readonly string[] {
  return shelf.isMissing(id) ? [`${kind} ${id}`] : NOTHING;
}

const transactionIn = ({ transactions }: AccountState, provider: string, id: string) =>
  missingIn('t', transactions, keyOf(provider, id));

const roundIn = ({ rounds }: AccountState, provider: string, id: string) =>
  missingIn('r', rounds, keyOf(provider, id));

/** Nearly always there are none of either. */
const both = (some: readonly string[], others: readonly string[]) =>
  some.length === 0 ? others : [...some, ...others];

function forGame(state: AccountState, command: GameCommand): readonly string[] {
  const { provider, transaction } = command;
  const own = transactionIn(state, provider, transaction);
  // What is known already is a repeat or refused, whatever else there is.
  if (own.length === 0 && state.transactions.get(keyOf(provider, transaction))) return own;
  switch (command.type) {
    case 'PlaceBet':
    case 'CloseRound':
      return both(own, roundIn(state, provider, command.round));
    case 'CreditWin': {
      const withRound = both(own, roundIn(state, provider, command.round));
      return command.bet === null
        ? withRound
        : both(withRound, transactionIn(state, provider, command.bet));
    }
    case 'CreditStakeless':
      return command.round === null ? own : both(own, roundIn(state, provider, command.round));
    case 'RollBack':
      return both(own, forTarget(state, provider, command.target));
    default:
      return unreachable(command);
  }
}

/** Where a transaction is counted follows from itself. */
function forTarget(state: AccountState, provider: string, id: string): readonly string[] {
  const own = transactionIn(state, provider, id);
  if (own.length > 0) return own;
  const target = state.transactions.get(keyOf(provider, id));
  if (target?.kind === 'bet') return roundIn(state, provider, target.round);
  if (target?.kind !== 'win') return NOTHING;
  return target.reference === ''
    ? roundIn(state, provider, target.round)
    : transactionIn(state, provider, target.reference);
}

/** A transaction's own record is new with its event, so nobody needs to look for it. */
function forGameEvent(state: AccountState, event: GameEvent): readonly string[] {
  const { provider } = event.data;
  switch (event.type) {
    case 'BetDebited':
    case 'RoundClosed':
      return roundIn(state, provider, event.data.round);
    case 'WinCredited': {
      const { bet, round } = event.data;
      return bet === null ? roundIn(state, provider, round) : transactionIn(state, provider, bet);
    }
    case 'BetRolledBack': {
      const { target, round } = event.data;
      return both(transactionIn(state, provider, target), roundIn(state, provider, round));
    }
    case 'WinRolledBack':
    case 'StakelessRolledBack':
      return forTarget(state, provider, event.data.target);
    case 'StakelessCredited':
    case 'RollbackTombstoned':
      return NOTHING;
    default:
      return unreachable(event);
  }
}
