import { z } from 'zod';
import type { Batch, GameCommand } from '../domain/account/commands.ts';
import { accountDecider } from '../domain/account/decide.ts';
import { auditData, gameKind } from '../domain/account/game-fields.ts';
import { keyOf, type Transaction } from '../domain/account/records.ts';
import type { AccountState } from '../domain/account/state.ts';
import {
  type AccountRef,
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

/** Whose money it is. The provider is the caller's, from its key. */
export const gameAccount = {
  brand: brandId.default('main'),
  player: playerId,
  currency: currencyCode,
};

/** What every message of a game service carries beside the account. */
export const gameMessage = {
  transaction: externalId.meta({ description: "The provider's own id of this message" }),
  data: auditData.default({}),
};

export const gameKindInput = gameKind.default('other');

/** From whom and for whom a message is. */
export interface Sender {
  readonly account: AccountRef;
  readonly provider: string;
}

export function senderOf(provider: string, { brand, player, currency }: AccountRef): Sender {
  return { provider, account: { brand, player, currency } };
}

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

export type GameContext = Omit<CommandContext, 'commandId' | 'causationId'>;
export type Records = readonly Readonly<Transaction>[];

/** Runs one game message in one append to the player's account. */
export function runGameCommand(
  house: House,
  command: GameCommand,
  context: GameContext,
): Promise<Answer<GameResult>> {
  const { account, provider, transaction } = command;
  const { player, currency } = account;
  const commandId = deterministicId('game', provider, transaction);
  return runOnAccount(house, command, commandId, context, [transaction], async (done) => {
    const [first] = done.state;
    if (!first) throw new Error(`${provider} ${transaction} left no record`);
    const position = await positionOf(house, account, done, first.revision);
    const { repeat } = done;
    return { provider, transaction, player, currency, position, repeat, ...balancesOf(first) };
  });
}

/** Makes the answer from the records of `transactions`, as they are when that is decided. */
export async function runOnAccount<Value>(
  house: House,
  command: GameCommand | Batch,
  commandId: string,
  context: GameContext,
  transactions: readonly string[],
  toValue: (done: Done<Records>) => Promise<Value>,
): Promise<Answer<Value>> {
  const { account, provider } = command;
  const { currency } = account;
  if (!house.assets.currencies.has(currency)) return no('currency-unknown', { currency });
  const missing = await missingPlayer(house, account);
  if (missing) return missing;
  const full = { commandId, causationId: commandId, ...context };
  const view = (state: AccountState): Records =>
    transactions.map((id) => {
      const record = state.transactions.get(keyOf(provider, id));
      if (!record) throw new Error(`${provider} ${id} was done and left no record`);
      return record;
    });
  const stream = streams.account(account);
  return execute(house, accountDecider, stream, command, full, toValue, view);
}

/** Where an effect stands in the log, which an earlier call may have made. */
export async function positionOf(
  { engine }: House,
  account: AccountRef,
  { revision, position }: Done<unknown>,
  wanted: number,
): Promise<string> {
  return wanted === revision ? position : engine.positionOf(streams.account(account), wanted);
}

export const balancesOf = ({ available, held }: Readonly<Transaction>) => ({
  available: formatAmount(available),
  held: formatAmount(held),
});
