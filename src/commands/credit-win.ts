import { z } from 'zod';
import type { CreditWin } from '../domain/account/commands.ts';
import { externalId } from '../domain/ids.ts';
import { amount } from '../domain/money.ts';
import {
  type GameContext,
  type GameResult,
  gameAccount,
  gameKindInput,
  gameMessage,
  runGameCommand,
  type Sender,
  senderOf,
} from './game.ts';
import type { Answer, House } from './house.ts';

export const winMessage = z.strictObject({
  ...gameMessage,
  round: externalId,
  game: externalId,
  gameKind: gameKindInput,
  bet: externalId.nullable().default(null).meta({ description: 'The bet that won, if named' }),
  amount,
});

export const creditWinInput = winMessage.extend(gameAccount);

export function toCreditWin(sender: Sender, message: z.output<typeof winMessage>): CreditWin {
  const { transaction, round, game, gameKind, bet, data } = message;
  return {
    type: 'CreditWin',
    transaction,
    round,
    game,
    gameKind,
    bet,
    data,
    amount: BigInt(message.amount),
    ...sender,
  };
}

/** Credits a win to a round with a bet. No session, limit or block is asked. */
export function creditWin(
  house: House,
  provider: string,
  input: z.output<typeof creditWinInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  return runGameCommand(house, toCreditWin(senderOf(provider, input), input), context);
}
