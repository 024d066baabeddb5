import type { WithdrawalRequest } from '../../domain/withdrawal/events.ts';
import type { ProjectedEvent } from '../projection.ts';
import { beginWay, enter } from '../ways.ts';
import type { Payout, WithdrawalRow } from './read-model.ts';

/** The row after one more event of its withdrawal; undefined before the request. */
export function reduce(
  row: WithdrawalRow | undefined,
  projected: ProjectedEvent,
): WithdrawalRow | undefined {
  const { event, time, position } = projected;
  if (event.type === 'WithdrawalRequested') return requested(event.data, time, position);
  // The hold stands before the withdrawal is opened: it is in the timeline, and has no row yet.
  if (!row) return undefined;
  return reduceReview(reducePayout({ ...row, position }, projected), projected);
}

function reduceReview(row: WithdrawalRow, { event, time }: ProjectedEvent): WithdrawalRow {
  switch (event.type) {
    case 'WithdrawalPutUnderReview': {
      const { approvalsRequired, reason } = event.data;
      return { ...enter(row, 'Under Review', time), approvals: 0, approvalsRequired, reason };
    }
    case 'WithdrawalApproved': {
      const { approvals, approvalsRequired } = event.data;
      if (approvals < approvalsRequired) return { ...row, approvals };
      return { ...enter(row, 'Approved', time), approvals, reason: null };
    }
    case 'WithdrawalRejected':
      return { ...enter(row, 'Rejected', time, true), reason: event.data.reason };
    case 'WithdrawalCancelled':
      return { ...enter(row, 'Cancelled', time, true), reason: event.data.reason };
    case 'WithdrawalPutOnHold':
      return { ...enter(row, 'On Hold', time), reason: event.data.reason };
    case 'WithdrawalTakenOffHold':
      return { ...enter(row, 'Under Review', time), reason: event.data.reason };
    case 'WithdrawalCompleted':
      return enter(row, 'Completed', time, true);
    case 'WithdrawalFailed':
      return { ...enter(row, 'Failed', time, true), reason: event.data.reason };
    default:
      return row;
  }
}

function reducePayout(row: WithdrawalRow, { event, time, position }: ProjectedEvent) {
  switch (event.type) {
    case 'PayoutAllocated': {
      const { wallet, nonce } = event.data;
      const payout = { wallet, nonce, txid: null, feeMost: null, answers: [] };
      return { ...enter(row, 'Processing', time), payout };
    }
    case 'PayoutSigned': {
      const { txid, fee } = event.data;
      return { ...row, txid, payout: { ...payoutOf(row), txid, feeMost: fee.most } };
    }
    case 'PayoutBroadcast':
    case 'PayoutSeen':
    case 'PayoutOrphaned':
    case 'PayoutConfirmed':
    case 'PayoutReverted': {
      const block = 'block' in event.data ? event.data.block : null;
      const answer = event.type.slice('Payout'.length).toLowerCase();
      const payout = payoutOf(row);
      const answers = [...payout.answers, { position, time, answer, block }];
      const fee = 'fee' in event.data ? event.data.fee : row.fee;
      return { ...row, fee, payout: { ...payout, answers } };
    }
    default:
      return row;
  }
}

function payoutOf({ withdrawal, payout }: WithdrawalRow): Payout {
  if (payout === null) throw new Error(`withdrawal ${withdrawal} has no payout`);
  return payout;
}

function requested(
  { withdrawal, brand, player, currency, asset, chain, ...rest }: WithdrawalRequest,
  requestedAt: string,
  position: string,
): WithdrawalRow {
  const { destination, amount, feeCap, contentHash, requester } = rest;
  return {
    ...{ withdrawal, brand, player, currency, asset, chain, destination, amount, feeCap },
    ...{ contentHash, requester, requestedAt, position },
    ...beginWay('Requested', requestedAt),
    reason: null,
    approvals: 0,
    approvalsRequired: 0,
    txid: null,
    fee: null,
    payout: null,
  };
}
