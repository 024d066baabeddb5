import { z } from 'zod';
import { externalId } from '../domain/ids.ts';
import { type GameContext, type GameResult, gameMessage, runGameCommand } from './game.ts';
import type { Answer, House } from './house.ts';

export const rollBackInput = z.strictObject({
  ...gameMessage,
  target: externalId.meta({ description: 'The transaction to undo, whole' }),
});

/** Undoes a bet or a win by its own amount. One that was never seen is marked, and never counts. */
export function rollBack(
  house: House,
  provider: string,
  input: z.output<typeof rollBackInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  const { brand, player, currency, transaction, target, data } = input;
  const account = { brand, player, currency };
  return runGameCommand(
    house,
    { type: 'RollBack', account, provider, transaction, target, data },
    context,
  );
}
