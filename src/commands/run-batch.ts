import { z } from 'zod';
import type { GameCommand } from '../domain/account/commands.ts';
import { MOST_IN_A_BATCH } from '../domain/account/decide-batch.ts';
import type { AccountState } from '../domain/account/state.ts';
import { deterministicId, externalId, streams } from '../domain/ids.ts';
import { hashOf } from '../domain/play/token.ts';
import { closeMessage, toCloseRound } from './close-round.ts';
import { stakelessMessage, toCreditStakeless } from './credit-stakeless.ts';
import { toCreditWin, winMessage } from './credit-win.ts';
import {
  balancesOf,
  type GameContext,
  gameAccount,
  gameResult,
  recordOf,
  runOnAccount,
  type Sender,
  senderOf,
} from './game.ts';
import { type Answer, type Done, type House, type Placed, positionOf } from './house.ts';
import { betMessage, toPlaceBet } from './place-bet.ts';
import { rollbackMessage, toRollBack } from './roll-back.ts';

const message = z.discriminatedUnion('type', [
  betMessage.extend({ type: z.literal('bet') }),
  winMessage.extend({ type: z.literal('win') }),
  stakelessMessage.extend({ type: z.literal('credit') }),
  rollbackMessage.extend({ type: z.literal('rollback') }),
  closeMessage.extend({ type: z.literal('round-close') }),
]);

export const runBatchInput = z.strictObject({
  ...gameAccount,
  messages: z.array(message).min(1).max(MOST_IN_A_BATCH),
});

const memberResult = z.object({
  transaction: externalId,
  available: z.string(),
  held: z.string(),
  repeat: z.boolean(),
});

export const batchResult = gameResult
  .omit({ transaction: true })
  .extend({ results: z.array(memberResult) });

/** Balances right after each of its messages, and after the last of its effects. */
export interface BatchResult extends Placed {
  readonly provider: string;
  readonly player: string;
  readonly currency: string;
  readonly available: string;
  readonly held: string;
  /** In the order of the messages. */
  readonly results: z.output<typeof memberResult>[];
}

/** Messages for one account, all or none, in one append. The first refusal says its index. */
export function runBatch(
  house: House,
  provider: string,
  input: z.output<typeof runBatchInput>,
  context: GameContext,
): Promise<Answer<BatchResult>> {
  const sender = senderOf(provider, input);
  const { account } = sender;
  const sessions = new Map<string, string>();
  const commands = input.messages.map((each) => toCommand(sender, each, sessions));
  const ids = commands.map(({ transaction }) => transaction);
  const commandId = deterministicId('batch', provider, ...ids);
  const view = (state: AccountState) => ids.map((id) => recordOf(state, provider, id));
  const batch = { type: 'Batch', ...sender, commands } as const;
  return runOnAccount(house, batch, commandId, context, view, async (done) => {
    const { state: records, repeat } = done;
    const { player, currency } = account;
    const last = records.reduce((a, b) => (b.revision > a.revision ? b : a));
    const position = await positionOf(house, streams.account(account), done, last.revision);
    const isNew = newIn(done);
    const results = records.map((record, index) => {
      const { available, held } = balancesOf(record);
      const isRepeat = !isNew(record.revision);
      return { transaction: ids[index] ?? '', repeat: isRepeat, available, held };
    });
    return { provider, player, currency, position, repeat, ...balancesOf(last), results };
  });
}

/** `sessions`: the hash of each token that members before it showed. Nearly all show the same. */
function toCommand(
  sender: Sender,
  member: z.output<typeof message>,
  sessions: Map<string, string>,
): GameCommand {
  switch (member.type) {
    case 'bet': {
      const session = sessions.get(member.session) ?? hashOf(member.session);
      sessions.set(member.session, session);
      return toPlaceBet(sender, member, session);
    }
    case 'win':
      return toCreditWin(sender, member);
    case 'credit':
      return toCreditStakeless(sender, member);
    case 'rollback':
      return toRollBack(sender, member);
    case 'round-close':
      return toCloseRound(sender, member);
  }
}

/** Tells the first mention of what this very call wrote from what stood already. */
function newIn({ repeat, revision: newest, written }: Done<unknown>) {
  const told = new Set<number>();
  return (revision: number): boolean => {
    const isNew = !repeat && revision > newest - written && !told.has(revision);
    told.add(revision);
    return isNew;
  };
}
