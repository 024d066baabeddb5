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

export const creditWinInput = z.strictObject({
  ...gameMessage,
  round: externalId,
  game: externalId,
  gameKind: gameKindInput,
  bet: externalId.nullable().default(null).meta({ description: 'The bet that won, if named' }),
  amount,
});

/** Credits a win to a round with a bet. No session, limit or block is asked. */
export function creditWin(
  house: House,
  provider: string,
  input: z.output<typeof creditWinInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  const { brand, player, currency, transaction, round, game, gameKind, bet, data } = input;
  const account = { brand, player, currency };
  return runGameCommand(
    house,
    {
      type: 'CreditWin',
      ...{ account, provider, transaction, round, game, gameKind, bet, data },
      amount: BigInt(input.amount),
    },
    context,
  );
}
