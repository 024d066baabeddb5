import { z } from 'zod';
import { externalId } from '../domain/ids.ts';
import { type GameContext, type GameResult, gameMessage, runGameCommand } from './game.ts';
import type { Answer, House } from './house.ts';

export const closeRoundInput = z.strictObject({ ...gameMessage, round: externalId });

/** A closed round takes no bet and no win any more. */
export function closeRound(
  house: House,
  provider: string,
  input: z.output<typeof closeRoundInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  const { brand, player, currency, transaction, round, data } = input;
  const account = { brand, player, currency };
  return runGameCommand(
    house,
    { type: 'CloseRound', account, provider, transaction, round, data },
    context,
  );
}
