import { z } from 'zod';
import type { PlaceBet } from '../domain/account/commands.ts';
import { externalId } from '../domain/ids.ts';
import { amount } from '../domain/money.ts';
import { hashOf, sessionToken } from '../domain/play/token.ts';
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

export const betMessage = z.strictObject({
  ...gameMessage,
  round: externalId,
  game: externalId,
  gameKind: gameKindInput,
  amount,
  session: sessionToken,
});

export const placeBetInput = betMessage.extend(gameAccount);

export function toPlaceBet(
  { account, provider }: Sender,
  message: z.output<typeof betMessage>,
  session = hashOf(message.session),
): PlaceBet {
  const { transaction, round, game, gameKind, data } = message;
  return {
    type: 'PlaceBet',
    transaction,
    round,
    game,
    gameKind,
    data,
    session,
    amount: BigInt(message.amount),
    account,
    provider,
  };
}

/**
 * Debits a stake, in a live session of the player with this game service. Refused, with the
 * balance, when the available funds are below it.
 */
export function placeBet(
  house: House,
  provider: string,
  input: z.output<typeof placeBetInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  return runGameCommand(house, toPlaceBet(senderOf(provider, input), input), context);
}
