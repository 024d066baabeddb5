import { type Decision, refuse, repeat } from '../decider.ts';
import { formatAmount } from '../money.ts';
import type { Rejection } from '../rejections.ts';
import type { Batch, GameCommand } from './commands.ts';
import { decideGame } from './decide-game.ts';
import type { AccountEvent } from './events.ts';
import { sketchOf } from './sketch.ts';
import { type AccountState, evolve } from './state.ts';

export const MOST_IN_A_BATCH = 100;

/**
 * Each member is decided on what those before it came to. The first refusal, with its index, is the
 * batch's, and nothing is written. Members that are repeats have no new effect; when all are, the
 * batch is a repeat itself.
 */
export function decideBatch(
  batch: Batch,
  state: AccountState,
  nowMs: number,
): Decision<AccountEvent> {
  check(batch);
  const sketch = sketchOf(state);
  const events: AccountEvent[] = [];
  for (const [index, command] of batch.commands.entries()) {
    const decision = decideGame(command, sketch, nowMs);
    if (decision.kind === 'refuse') return refuse(atIndex(decision.rejection, index, state));
    if (decision.kind === 'repeat') continue;
    for (const event of decision.events) {
      events.push(event);
      // No revision is known before the append; it is newer than any that is there.
      evolve(sketch, event, Number.MAX_SAFE_INTEGER, nowMs);
    }
  }
  return events.length === 0 ? repeat : { kind: 'accept', events };
}

/** The balance that a refusal carries is the player's, as nothing of the batch was done. */
function atIndex({ code, message, details }: Rejection, index: number, state: AccountState) {
  if (code !== 'insufficient-funds') return { code, message, details: { ...details, index } };
  return {
    code,
    message,
    details: {
      ...details,
      index,
      availableAtIndex: details.available ?? '',
      available: formatAmount(state.available),
      held: formatAmount(state.held),
    },
  };
}

function check({ account, provider, commands }: Batch): void {
  if (commands.length === 0 || commands.length > MOST_IN_A_BATCH) {
    throw new TypeError(`a batch of ${commands.length}`);
  }
  const isOurs = (command: GameCommand) =>
    command.provider === provider &&
    command.account.brand === account.brand &&
    command.account.player === account.player &&
    command.account.currency === account.currency;
  if (!commands.every(isOurs)) throw new TypeError('a batch for more than one account or provider');
}
