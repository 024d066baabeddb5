import { z } from 'zod';
import { externalId } from '../domain/ids.ts';
import { amount } from '../domain/money.ts';
import { hashOf, sessionToken } from '../domain/play/token.ts';
import {
  type GameContext,
  type GameResult,
  gameKindInput,
  gameMessage,
  runGameCommand,
} from './game.ts';
import type { Answer, House } from './house.ts';

export const placeBetInput = z.strictObject({
  ...gameMessage,
  round: externalId,
  game: externalId,
  gameKind: gameKindInput,
  amount,
  session: sessionToken,
});

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
  const { brand, player, currency, transaction, round, game, gameKind, data } = input;
  const account = { brand, player, currency };
  return runGameCommand(
    house,
    {
      type: 'PlaceBet',
      ...{ account, provider, transaction, round, game, gameKind, data },
      session: hashOf(input.session),
      amount: BigInt(input.amount),
    },
    context,
  );
}
