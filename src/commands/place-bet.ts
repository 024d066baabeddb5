import { z } from 'zod';
import { externalId } from '../domain/ids.ts';
import { amount } from '../domain/money.ts';
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
});

/** Debits a stake. Refused, with the balance, when the available funds are below it. */
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
      ...{ account, provider, transaction, round, game, gameKind, data, session: null },
      amount: BigInt(input.amount),
    },
    context,
  );
}
