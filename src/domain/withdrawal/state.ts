import { unreachable } from '../decider.ts';
import type { WithdrawalEvent, WithdrawalRequest } from './events.ts';

interface BlockPoint {
  readonly height: number;
  readonly hash: string;
}

interface Requested {
  readonly request: WithdrawalRequest;
}

interface Reviewed extends Requested {
  readonly approvalsRequired: number;
  readonly policyVersion: number;
  readonly approvers: readonly string[];
}

interface Approved extends Reviewed {
  /** The earliest expiry of its approvals, ISO 8601. */
  readonly expiresAt: string;
}

interface Allocated extends Approved {
  readonly wallet: string;
  readonly nonce: number;
}

interface Signed extends Allocated {
  readonly txid: string;
  readonly raw: string;
}

interface Mined extends Signed {
  readonly block: BlockPoint;
}

type Each<Shape, Status extends string> = Status extends string
  ? Shape & { readonly status: Status }
  : never;

/** Each status with only what is valid in it. */
export type WithdrawalState =
  | { readonly status: 'none' }
  | Each<Requested & { readonly verified: boolean | null }, 'requested'>
  | Each<Requested, 'cancelled'>
  | Each<Reviewed, 'under-review' | 'on-hold' | 'rejected'>
  | Each<Approved, 'approved'>
  | Each<Allocated, 'allocated'>
  | Each<Signed, 'signed' | 'broadcast'>
  | Each<Mined, 'seen' | 'confirmed' | 'reverted' | 'completed' | 'failed'>;

export const isSigned = (state: WithdrawalState): state is Extract<WithdrawalState, Signed> =>
  'raw' in state;

/** Events of one stream follow each other as `decide` let them: a gap is a damaged log. */
export function evolve(state: WithdrawalState, event: WithdrawalEvent): WithdrawalState {
  switch (event.type) {
    case 'WithdrawalRequested':
      return { status: 'requested', request: event.data, verified: null };
    case 'VerificationChecked':
      return state.status === 'requested' ? { ...state, verified: event.data.passed } : state;
    case 'WithdrawalPutUnderReview': {
      if (state.status === 'none') return state;
      const { approvalsRequired, policyVersion } = event.data;
      const { request } = state;
      return { status: 'under-review', request, approvalsRequired, policyVersion, approvers: [] };
    }
    case 'WithdrawalApproved':
      return approve(state, event.data);
    case 'WithdrawalRejected':
      return 'approvers' in state ? { ...state, status: 'rejected' } : state;
    case 'WithdrawalCancelled':
      return 'request' in state ? { status: 'cancelled', request: state.request } : state;
    case 'WithdrawalPutOnHold':
      return state.status === 'under-review' ? { ...state, status: 'on-hold' } : state;
    case 'WithdrawalTakenOffHold':
      return state.status === 'on-hold' ? { ...state, status: 'under-review' } : state;
    case 'PayoutAllocated':
    case 'PayoutSigned':
    case 'PayoutBroadcast':
    case 'PayoutSeen':
    case 'PayoutOrphaned':
    case 'PayoutConfirmed':
    case 'PayoutReverted':
      return evolvePayout(state, event);
    case 'WithdrawalCompleted':
      return 'block' in state ? { ...state, status: 'completed' } : state;
    case 'WithdrawalFailed':
      return 'block' in state ? { ...state, status: 'failed' } : state;
    default:
      return unreachable(event);
  }
}

type Of<Type extends WithdrawalEvent['type']> = Extract<WithdrawalEvent, { type: Type }>;

function approve(
  state: WithdrawalState,
  { approver, approvals, approvalsRequired, expiresAt }: Of<'WithdrawalApproved'>['data'],
): WithdrawalState {
  if (state.status !== 'under-review') return state;
  const approvers = [...state.approvers, approver];
  if (approvals < approvalsRequired) return { ...state, approvers };
  return { ...state, status: 'approved', approvers, expiresAt };
}

function evolvePayout(
  state: WithdrawalState,
  event: Of<
    | 'PayoutAllocated'
    | 'PayoutSigned'
    | 'PayoutBroadcast'
    | 'PayoutSeen'
    | 'PayoutOrphaned'
    | 'PayoutConfirmed'
    | 'PayoutReverted'
  >,
): WithdrawalState {
  if (event.type === 'PayoutAllocated') {
    const { wallet, nonce } = event.data;
    return 'expiresAt' in state ? { ...state, status: 'allocated', wallet, nonce } : state;
  }
  if (event.type === 'PayoutSigned') {
    const { txid, raw } = event.data;
    return 'nonce' in state ? { ...state, status: 'signed', txid, raw } : state;
  }
  if (!isSigned(state)) return state;
  switch (event.type) {
    case 'PayoutBroadcast':
    case 'PayoutOrphaned':
      return { ...state, status: 'broadcast' };
    case 'PayoutSeen':
      return { ...state, status: 'seen', block: event.data.block };
    case 'PayoutConfirmed':
      return { ...state, status: 'confirmed', block: event.data.block };
    case 'PayoutReverted':
      return { ...state, status: 'reverted', block: event.data.block };
    default:
      return unreachable(event);
  }
}
