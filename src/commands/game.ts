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
  positionOf,
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

/** Runs one game message in one append to the player's account. */
export function runGameCommand(
  house: House,
  command: GameCommand,
  context: GameContext,
): Promise<Answer<GameResult>> {
  const { account, provider, transaction } = command;
  const commandId = deterministicId('game', provider, transaction);
  const view = (state: AccountState) => recordOf(state, provider, transaction);
  return runOnAccount(house, command, commandId, context, view, (done) => {
    const { state: record, revision, position } = done;
    if (position && record.revision === revision) return resultOf(command, done, position);
    const stream = streams.account(account);
    const earlier = positionOf(house, stream, done, record.revision);
    return earlier.then((found) => resultOf(command, done, found));
  });
}

function resultOf(
  { account, provider, transaction }: GameCommand,
  { state, repeat }: Done<Readonly<Transaction>>,
  position: string,
): GameResult {
  const { player, currency } = account;
  const available = formatAmount(state.available);
  const held = formatAmount(state.held);
  return { provider, transaction, player, currency, position, repeat, available, held };
}

/** Makes the answer from a view of the account as it is when that is decided. */
export function runOnAccount<View, Value>(
  house: House,
  command: GameCommand | Batch,
  commandId: string,
  { actor, correlationId }: GameContext,
  view: (state: AccountState) => View,
  toValue: (done: Done<View>) => Value | Promise<Value>,
): Promise<Answer<Value>> {
  const { account } = command;
  const { currency } = account;
  if (!house.assets.currencies.has(currency)) {
    return Promise.resolve(no('currency-unknown', { currency }));
  }
  const context = { actor, correlationId, commandId, causationId: commandId };
  const stream = streams.account(account);
  const run = () => execute(house, accountDecider, stream, command, context, toValue, view);
  // An account has its first event after its player's registration, and nobody is unregistered.
  if (house.engine.hasBegun(stream)) return run();
  return missingPlayer(house, account).then((missing) => missing ?? run());
}

/** Throws when there is none: of what was done, there is one. */
export function recordOf(
  state: AccountState,
  provider: string,
  transaction: string,
): Readonly<Transaction> {
  const record = state.transactions.get(keyOf(provider, transaction));
  if (!record) throw new Error(`${provider} ${transaction} was done and left no record`);
  return record;
}

export const balancesOf = ({ available, held }: Readonly<Transaction>) => ({
  available: formatAmount(available),
  held: formatAmount(held),
});
