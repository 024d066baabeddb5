import type { AccountCommand } from '../../domain/account/commands.ts';
import { accountDecider } from '../../domain/account/decide.ts';
import type { NetworkFee } from '../../domain/account/events.ts';
import { decodeEvent } from '../../domain/events.ts';
import { deterministicId, streams } from '../../domain/ids.ts';
import { withdrawalDecider } from '../../domain/withdrawal/decide.ts';
import type { WithdrawalRequest } from '../../domain/withdrawal/events.ts';
import { isSigned } from '../../domain/withdrawal/state.ts';
import type { CommandContext } from '../engine.ts';
import { execute, type House } from '../house.ts';
import type { Policy } from './runner.ts';

/**
 * Whenever a withdrawal is rejected or cancelled, its hold is released; paid, settled; reverted on
 * chain, released with the fee booked. Only then is the withdrawal itself closed.
 */
export function endWithdrawals(house: House): Policy {
  return {
    name: 'end-withdrawals',
    filter: {
      streamPrefixes: ['withdrawal-'],
      types: ['WithdrawalRejected', 'WithdrawalCancelled', 'PayoutConfirmed', 'PayoutReverted'],
    },
    async handle(recorded) {
      const { event, metadata } = decodeEvent(recorded);
      const state = await house.engine.load(withdrawalDecider, recorded.stream);
      if (state.status === 'none') throw new Error(`${recorded.stream} has no request`);
      const { request } = state;
      const context: CommandContext = {
        actor: { kind: 'system', id: 'end-withdrawals' },
        commandId: deterministicId('end-withdrawals', recorded.id),
        causationId: recorded.id,
        correlationId: metadata.correlationId,
      };
      const { brand, player, currency, withdrawal, chain } = request;
      const account = { brand, player, currency };
      const onAccount = (command: AccountCommand) => settle(house, command, request, context);
      if (event.type === 'WithdrawalRejected' || event.type === 'WithdrawalCancelled') {
        const reason = event.type === 'WithdrawalRejected' ? 'rejected' : 'cancelled';
        await onAccount({ type: 'ReleaseHold', account, withdrawal, reason, networkFee: null });
        return;
      }
      if (event.type !== 'PayoutConfirmed' && event.type !== 'PayoutReverted') return;
      if (!isSigned(state)) throw new Error(`${recorded.stream} has no signed payout`);
      const { wallet: address } = state;
      const networkFee = feeOf(house, chain, address, event.data.fee);
      await onAccount(
        event.type === 'PayoutConfirmed'
          ? {
              type: 'SettleHold',
              ...{ account, withdrawal, chain, address, networkFee },
              txid: event.data.txid,
            }
          : { type: 'ReleaseHold', account, withdrawal, reason: 'reverted', networkFee },
      );
      const close = { type: 'CloseWithdrawal' } as const;
      await execute(house, withdrawalDecider, recorded.stream, close, context, () => null);
    },
  };
}

async function settle(
  house: House,
  command: AccountCommand,
  { brand, player, currency }: WithdrawalRequest,
  context: CommandContext,
): Promise<void> {
  const stream = streams.account({ brand, player, currency });
  const done = await execute(house, accountDecider, stream, command, context, () => null);
  if (!done.ok) throw new Error(`${stream}: ${done.rejection.message}`);
}

function feeOf(house: House, chain: string, address: string, fee: string): NetworkFee | null {
  if (fee === '0') return null;
  const native = house.assets.native(chain);
  if (!native) throw new Error(`the registry has no native coin of ${chain}`);
  return { chain, address, currency: native.currency, amount: fee };
}
