import { unreachable } from '../decider.ts';
import type { GameCommand } from './commands.ts';
import type { Transaction } from './records.ts';

/**
 * Whether a message says what the transaction with its key said: kind, round, game, amount and
 * reference. The account is the stream's; kind of game and data for audit are no part of it.
 */
export function meansTheSame(earlier: Transaction, command: GameCommand): boolean {
  switch (command.type) {
    case 'PlaceBet':
      return earlier.kind === 'bet' && isOf(earlier, command.round, command.game, command.amount);
    case 'CreditWin':
      return (
        earlier.kind === 'win' &&
        earlier.reference === (command.bet ?? '') &&
        isOf(earlier, command.round, command.game, command.amount)
      );
    case 'CreditStakeless':
      return (
        earlier.kind === command.reason &&
        isOf(earlier, command.round ?? '', command.game ?? '', command.amount)
      );
    case 'RollBack':
      return earlier.kind === 'rollback' && earlier.reference === command.target;
    case 'CloseRound':
      return earlier.kind === 'round-close' && earlier.round === command.round;
    default:
      return unreachable(command);
  }
}

const isOf = (earlier: Transaction, round: string, game: string, amount: bigint) =>
  earlier.round === round && earlier.game === game && earlier.amount === amount;
