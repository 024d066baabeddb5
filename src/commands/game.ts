import { z } from 'zod';
import type { GameCommand } from '../domain/account/commands.ts';
import { accountDecider } from '../domain/account/decide.ts';
import { auditData, gameKind } from '../domain/account/game-fields.ts';
import { keyOf, type Transaction } from '../domain/account/records.ts';
import {
  brandId,
  currencyCode,
  deterministicId,
  externalId,
  playerId,
  providerId,
  streams,
} from '../domain/ids.ts';
import { formatAmount } from '../domain/money.ts';
import type { CommandContext } from './engine.ts';
import {
  type Answer,
  type Done,
  execute,
  type House,
  missingPlayer,
  no,
  type Placed,
} from './house.ts';

/** What every message of a game service carries. The provider is the caller's, from its key. */
export const gameMessage = {
  brand: brandId.default('main'),
  player: playerId,
  currency: currencyCode,
  transaction: externalId.meta({ description: "The provider's own id of this message" }),
  data: auditData.default({}),
};

export const gameKindInput = gameKind.default('other');

export const gameResult = z.object({
  provider: providerId,
  transaction: externalId,
  player: playerId,
  currency: currencyCode,
  available: z.string(),
  held: z.string(),
  position: z.string(),
  repeat: z.boolean(),
});

/** Balances are those right after the transaction, in a repeat too. */
export interface GameResult extends Placed {
  readonly provider: string;
  readonly transaction: string;
  readonly player: string;
  readonly currency: string;
  readonly available: string;
  readonly held: string;
}

/** Runs one game message in one append to the player's account. */
export async function runGameCommand(
  house: House,
  command: GameCommand,
  context: Omit<CommandContext, 'commandId' | 'causationId'>,
): Promise<Answer<GameResult>> {
  const { account, provider, transaction } = command;
  const { player, currency } = account;
  if (!house.assets.currencies.has(currency)) return no('currency-unknown', { currency });
  const missing = await missingPlayer(house, account);
  if (missing) return missing;
  const stream = streams.account(account);
  const commandId = deterministicId('game', provider, transaction);
  const full = { ...context, commandId, causationId: commandId };
  const toResult = async (done: Done<Readonly<Transaction> | undefined>): Promise<GameResult> => {
    const { state: first, repeat } = done;
    if (!first) throw new Error(`${stream} has no ${provider} ${transaction}`);
    const position =
      first.revision === done.revision
        ? done.position
        : await house.engine.positionOf(stream, first.revision);
    return {
      ...{ provider, transaction, player, currency, position, repeat },
      available: formatAmount(first.available),
      held: formatAmount(first.held),
    };
  };
  const key = keyOf(provider, transaction);
  return execute(house, accountDecider, stream, command, full, toResult, ({ transactions }) =>
    transactions.get(key),
  );
}

export type GameContext = Omit<CommandContext, 'commandId' | 'causationId'>;
