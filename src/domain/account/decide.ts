import { type Decider, type Decision, unreachable } from '../decider.ts';
import { decidePlay } from '../play/decide.ts';
import { accountArchive } from './archive.ts';
import { accountClaims } from './claims.ts';
import type { AccountCommand } from './commands.ts';
import { decideBatch } from './decide-batch.ts';
import { decideDeposit } from './decide-deposit.ts';
import { decideGame } from './decide-game.ts';
import { decideHold } from './decide-hold.ts';
import type { AccountEvent } from './events.ts';
import { type AccountState, evolve, initialState } from './state.ts';

/** The money of one player in one currency. */
export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent> = {
  initialState,
  evolve,
  decide(command, state, nowMs) {
    const decision = decideOpen(command, state, nowMs);
    if (state.ref !== null || decision.kind !== 'accept' || decision.events.length === 0) {
      return decision;
    }
    // The first event opens the account, in the same append.
    const opened: AccountEvent = { type: 'AccountOpened', data: command.account };
    return { kind: 'accept', events: [opened, ...decision.events] };
  },
  claims: accountClaims,
  archived: accountArchive,
};

function decideOpen(
  command: AccountCommand,
  state: AccountState,
  nowMs: number,
): Decision<AccountEvent> {
  switch (command.type) {
    case 'PlaceBet':
    case 'CreditWin':
    case 'CreditStakeless':
    case 'RollBack':
    case 'CloseRound':
      return decideGame(command, state, nowMs);
    case 'Batch':
      return decideBatch(command, state, nowMs);
    case 'CreditDeposit':
    case 'ReverseDeposit':
      return decideDeposit(command, state);
    case 'HoldWithdrawal':
    case 'ReleaseHold':
    case 'SettleHold':
      return decideHold(command, state);
    case 'OpenSession':
    case 'CloseSession':
    case 'SetLimit':
    case 'HeedExclusion':
      return decidePlay(command, state.play, nowMs);
    default:
      return unreachable(command);
  }
}
