import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical.ts';
import { accept, type Decider, type Decision, refuse, repeat, unreachable } from '../decider.ts';
import { rejection } from '../rejections.ts';
import type { ReviewCommand, WithdrawalCommand } from './commands.ts';
import { decidePayout } from './decide-payout.ts';
import { decideStop } from './decide-stop.ts';
import type { WithdrawalEvent, WithdrawalRequest } from './events.ts';
import { evolve, type WithdrawalState } from './state.ts';

export const withdrawalDecider: Decider<WithdrawalState, WithdrawalCommand, WithdrawalEvent> = {
  initialState: () => ({ status: 'none' }),
  evolve,
  decide(command, state) {
    switch (command.type) {
      case 'RequestWithdrawal':
      case 'RecordVerification':
      case 'PutUnderReview':
      case 'ApproveWithdrawal':
      case 'RejectWithdrawal':
        return decideReview(command, state);
      case 'CancelWithdrawal':
      case 'PutOnHold':
      case 'TakeOffHold':
        return decideStop(command, state);
      default:
        return decidePayout(command, state);
    }
  },
};

/** What an approval binds to: change any of it, and the approval is void. */
export function contentHash(
  request: Omit<WithdrawalRequest, 'contentHash' | 'requester' | 'contract'>,
): string {
  const { withdrawal, brand, player, currency, asset, chain, destination, amount, feeCap } =
    request;
  const content = {
    ...{ withdrawal, brand, player, currency, asset, chain, destination, amount, feeCap },
    memo: null,
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function decideReview(command: ReviewCommand, state: WithdrawalState): Decision<WithdrawalEvent> {
  if (command.type === 'RequestWithdrawal') {
    if (state.status === 'none') {
      return accept({ type: 'WithdrawalRequested', data: command.request });
    }
    // What is asked for counts; who asks, and what a payout may cost by now, doesn't.
    const { contentHash: first, feeCap } = state.request;
    if (contentHash({ ...command.request, feeCap }) === first) return repeat;
    return refuse(rejection('key-reused', { withdrawal: command.request.withdrawal }));
  }
  if (state.status === 'none') return refuse(rejection('withdrawal-not-found'));
  const { withdrawal } = state.request;
  switch (command.type) {
    case 'RecordVerification': {
      if (state.status !== 'requested' || state.verified !== null) return repeat;
      const checks = [...command.checks];
      const passed = checks.every((check) => check.passed);
      return accept({ type: 'VerificationChecked', data: { withdrawal, passed, checks } });
    }
    case 'PutUnderReview': {
      if (state.status !== 'requested') return repeat;
      if (state.verified === null) throw new Error(`withdrawal ${withdrawal} is not verified`);
      const { approvalsRequired, policyVersion } = command;
      const reason = state.verified ? 'policy' : 'verification-failed';
      return accept({
        type: 'WithdrawalPutUnderReview',
        data: { withdrawal, reason, approvalsRequired, policyVersion },
      });
    }
    case 'ApproveWithdrawal':
      return approve(command, state);
    case 'RejectWithdrawal': {
      const { rejecter, reason } = command;
      if (state.status === 'rejected') return repeat;
      const isOpen = state.status === 'under-review' || state.status === 'on-hold';
      if (!isOpen) return notUnderReview(state);
      return accept({ type: 'WithdrawalRejected', data: { withdrawal, rejecter, reason } });
    }
    default:
      return unreachable(command);
  }
}

type Known = Exclude<WithdrawalState, { status: 'none' }>;

function notUnderReview(state: Known): Decision<never> {
  const { withdrawal } = state.request;
  return refuse(rejection('withdrawal-not-under-review', { withdrawal, status: state.status }));
}

function approve(
  command: Extract<ReviewCommand, { type: 'ApproveWithdrawal' }>,
  state: Known,
): Decision<WithdrawalEvent> {
  const { withdrawal, contentHash: requested, requester } = state.request;
  const { approver, contentHash: seen, expiresAt } = command;
  if (seen !== requested) return refuse(rejection('content-changed', { withdrawal }));
  if (approver === requester) return refuse(rejection('approver-is-requester', { withdrawal }));
  if (state.status !== 'under-review') {
    // A repeat of an approval that counted is answered as what it was.
    if ('expiresAt' in state && state.approvers.includes(approver)) return repeat;
    return notUnderReview(state);
  }
  if (state.approvers.includes(approver)) {
    return refuse(rejection('already-approved-by-you', { withdrawal }));
  }
  const { approvalsRequired } = state;
  const approvals = state.approvers.length + 1;
  return accept({
    type: 'WithdrawalApproved',
    data: { withdrawal, approver, contentHash: seen, approvals, approvalsRequired, expiresAt },
  });
}
