import type { Claims } from '../decider.ts';
import { type Rejection, rejection } from '../rejections.ts';
import type { AccountCommand, GameCommand } from './commands.ts';
import type { AccountEvent } from './events.ts';
import { keyOf } from './records.ts';

const NOTHING: readonly string[] = [];

const claimOf = (provider: string, transaction: string) => `t ${keyOf(provider, transaction)}`;

/**
 * A provider's transaction id is one account's, over the whole log and for ever. So is the target
 * of a rollback that was never seen: a tombstone keeps its place. One that was seen is the
 * account's already.
 */
export const accountClaims: Claims<AccountCommand, AccountEvent> = {
  keysOf({ type, data }) {
    if (!('transaction' in data)) return NOTHING;
    const own = claimOf(data.provider, data.transaction);
    if (type !== 'RollbackTombstoned') return [own];
    return [own, claimOf(data.provider, data.target)];
  },

  taken(command, key) {
    if (command.type === 'Batch') {
      const index = command.commands.findIndex((each) => keysOfOne(each).includes(key));
      const member = command.commands[index];
      if (!member) throw new Error(`no member of the batch has ${key}`);
      const { details, ...rest } = takenOne(member, key);
      return { ...rest, details: { ...details, index } };
    }
    if (!('transaction' in command)) throw new Error(`${command.type} claims nothing`);
    return takenOne(command, key);
  },
};

function keysOfOne(command: GameCommand): string[] {
  const { provider, transaction } = command;
  const own = claimOf(provider, transaction);
  return command.type === 'RollBack' ? [own, claimOf(provider, command.target)] : [own];
}

function takenOne(command: GameCommand, key: string): Rejection {
  const { provider, transaction } = command;
  if (command.type === 'RollBack' && key !== claimOf(provider, transaction)) {
    return rejection('transaction-not-yours', { provider, target: command.target });
  }
  return rejection('key-reused', { provider, transaction });
}
