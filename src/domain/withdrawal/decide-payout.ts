import { accept, type Decision, repeat, unreachable } from '../decider.ts';
import type { PayoutCommand } from './commands.ts';
import type { WithdrawalEvent } from './events.ts';
import { isSigned, type WithdrawalState } from './state.ts';

/**
 * The payout's own steps, taken by the worker. Each is recorded before the next begins, and a
 * repeat after a crash changes nothing. What can't be is a defect, so it throws.
 */
export function decidePayout(
  command: PayoutCommand,
  state: WithdrawalState,
): Decision<WithdrawalEvent> {
  if (state.status === 'none') throw new Error('no such withdrawal to pay');
  const { withdrawal } = state.request;
  switch (command.type) {
    case 'ReturnExpiredToReview': {
      if (state.status !== 'approved' || state.expiresAt > command.now) return repeat;
      const { approvalsRequired, policyVersion } = state;
      return accept({
        type: 'WithdrawalPutUnderReview',
        data: { withdrawal, reason: 'approval-expired', approvalsRequired, policyVersion },
      });
    }
    case 'AllocatePayout': {
      if (state.status !== 'approved') return repeat;
      const { wallet, nonce } = command;
      return accept({ type: 'PayoutAllocated', data: { withdrawal, wallet, nonce } });
    }
    case 'RecordSignature': {
      // A second signature would be a second payment: the first one recorded is the only one.
      if (state.status !== 'allocated') return repeat;
      const { wallet, nonce } = state;
      const { txid, raw, fee } = command;
      const data = { withdrawal, wallet, nonce, txid, raw };
      return accept({
        type: 'PayoutSigned',
        data: { ...data, fee: { most: fee.most, terms: { ...fee.terms } } },
      });
    }
    case 'RecordBroadcast':
    case 'RecordSeen':
    case 'RecordOrphaned':
    case 'RecordOutcome':
    case 'CloseWithdrawal':
      if (!isSigned(state)) throw new Error(`withdrawal ${withdrawal} has no signed payout`);
      return decideOnChain(command, state);
    default:
      return unreachable(command);
  }
}

type OnChain = Extract<
  PayoutCommand,
  {
    type: 'RecordBroadcast' | 'RecordSeen' | 'RecordOrphaned' | 'RecordOutcome' | 'CloseWithdrawal';
  }
>;

function decideOnChain(
  command: OnChain,
  state: Extract<WithdrawalState, { raw: string }>,
): Decision<WithdrawalEvent> {
  const { withdrawal } = state.request;
  const { txid } = state;
  switch (command.type) {
    case 'RecordBroadcast':
      if (state.status !== 'signed') return repeat;
      return accept({ type: 'PayoutBroadcast', data: { withdrawal, txid } });
    case 'RecordSeen': {
      const { block } = command;
      if (state.status === 'signed' || state.status === 'broadcast') {
        return accept({ type: 'PayoutSeen', data: { withdrawal, txid, block } });
      }
      if (state.status !== 'seen' || state.block.hash === block.hash) return repeat;
      return accept(
        { type: 'PayoutOrphaned', data: { withdrawal, txid, block: state.block } },
        { type: 'PayoutSeen', data: { withdrawal, txid, block } },
      );
    }
    case 'RecordOrphaned':
      if (state.status !== 'seen' || state.block.hash !== command.block.hash) return repeat;
      return accept({ type: 'PayoutOrphaned', data: { withdrawal, txid, block: command.block } });
    case 'RecordOutcome': {
      if (state.status !== 'seen') return repeat;
      const { block, fee, succeeded } = command;
      if (state.block.hash !== block.hash) throw new Error(`${txid} is final in another block`);
      const type = succeeded ? 'PayoutConfirmed' : 'PayoutReverted';
      return accept({ type, data: { withdrawal, txid, block, fee } });
    }
    case 'CloseWithdrawal':
      if (state.status === 'confirmed') {
        return accept({ type: 'WithdrawalCompleted', data: { withdrawal, txid } });
      }
      if (state.status === 'reverted') {
        return accept({
          type: 'WithdrawalFailed',
          data: { withdrawal, reason: 'payout-reverted' },
        });
      }
      return repeat;
    default:
      return unreachable(command);
  }
}
