import { z } from 'zod';
import type { RollBack } from '../domain/account/commands.ts';
import { externalId } from '../domain/ids.ts';
import { amountOrZero } from '../domain/money.ts';
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

export const rollbackMessage = z.strictObject({
  ...gameMessage,
  target: externalId.meta({ description: 'The transaction to undo, whole' }),
  amount: amountOrZero
    .optional()
    .meta({ description: "Ignored: the transaction's own amount is what is undone" }),
});

export const rollBackInput = rollbackMessage.extend(gameAccount);

export function toRollBack(
  sender: Sender,
  { transaction, target, data }: z.output<typeof rollbackMessage>,
): RollBack {
  return { type: 'RollBack', transaction, target, data, ...sender };
}

/** Undoes a bet or a win by its own amount. One that was never seen is marked, and never counts. */
export function rollBack(
  house: House,
  provider: string,
  input: z.output<typeof rollBackInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  return runGameCommand(house, toRollBack(senderOf(provider, input), input), context);
}
