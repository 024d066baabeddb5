import { z } from 'zod';
import type { CloseRound } from '../domain/account/commands.ts';
import { externalId } from '../domain/ids.ts';
import {
  type GameContext,
  type GameResult,
  gameAccount,
  gameMessage,
  runGameCommand,
  type Sender,
  senderOf,
} from './game.ts';
import type { Answer, House } from './house.ts';

export const closeMessage = z.strictObject({ ...gameMessage, round: externalId });

export const closeRoundInput = closeMessage.extend(gameAccount);

export function toCloseRound(
  sender: Sender,
  { transaction, round, data }: z.output<typeof closeMessage>,
): CloseRound {
  return { type: 'CloseRound', transaction, round, data, ...sender };
}

/** A closed round takes no bet and no win any more. */
export function closeRound(
  house: House,
  provider: string,
  input: z.output<typeof closeRoundInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  return runGameCommand(house, toCloseRound(senderOf(provider, input), input), context);
}
