import { z } from 'zod';
import type { CreditStakeless } from '../domain/account/commands.ts';
import { stakelessReason } from '../domain/account/game-fields.ts';
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

export const stakelessMessage = z.strictObject({
  ...gameMessage,
  reason: stakelessReason,
  round: externalId.nullable().default(null).meta({ description: 'The free round, if it was one' }),
  game: externalId.nullable().default(null),
  gameKind: gameKindInput,
  amount,
});

export const creditStakelessInput = stakelessMessage.extend(gameAccount);

export function toCreditStakeless(
  sender: Sender,
  message: z.output<typeof stakelessMessage>,
): CreditStakeless {
  const { transaction, reason, round, game, gameKind, data } = message;
  return {
    type: 'CreditStakeless',
    transaction,
    reason,
    round,
    game,
    gameKind,
    data,
    amount: BigInt(message.amount),
    ...sender,
  };
}

/** Credits what needs no bet: a promotion, a tournament's prize, the win of a free round. */
export function creditStakeless(
  house: House,
  provider: string,
  input: z.output<typeof creditStakelessInput>,
  context: GameContext,
): Promise<Answer<GameResult>> {
  return runGameCommand(house, toCreditStakeless(senderOf(provider, input), input), context);
}
