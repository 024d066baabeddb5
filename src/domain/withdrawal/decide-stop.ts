import { accept, type Decision, refuse, repeat, unreachable } from '../decider.ts';
import { type RejectionCode, rejection } from '../rejections.ts';
import type { StopCommand } from './commands.ts';
import type { WithdrawalEvent } from './events.ts';
import type { WithdrawalState } from './state.ts';

/**
 * Only before the approval is whole: from then on the payer may have taken a nonce for it at any
 * moment, and one that is never used would stop every later payout of that wallet.
 */
export function decideStop(
  command: StopCommand,
  state: WithdrawalState,
): Decision<WithdrawalEvent> {
  if (state.status === 'none') return refuse(rejection('withdrawal-not-found'));
  const { withdrawal, requester } = state.request;
  const { reason } = command;
  const no = (code: RejectionCode) => refuse(rejection(code, { withdrawal, status: state.status }));
  switch (command.type) {
    case 'CancelWithdrawal': {
      const { canceller } = command;
      if (canceller !== requester) return no('canceller-is-not-requester');
      if (state.status === 'cancelled') return repeat;
      const isUndecided = state.status === 'requested' || state.status === 'under-review';
      if (!isUndecided) return no('withdrawal-not-cancellable');
      return accept({ type: 'WithdrawalCancelled', data: { withdrawal, canceller, reason } });
    }
    case 'PutOnHold': {
      const { holder } = command;
      if (state.status === 'on-hold') return repeat;
      if (state.status !== 'under-review') return no('withdrawal-not-under-review');
      return accept({ type: 'WithdrawalPutOnHold', data: { withdrawal, holder, reason } });
    }
    case 'TakeOffHold': {
      const { releaser } = command;
      if (state.status !== 'on-hold') return no('withdrawal-not-on-hold');
      return accept({ type: 'WithdrawalTakenOffHold', data: { withdrawal, releaser, reason } });
    }
    default:
      return unreachable(command);
  }
}
