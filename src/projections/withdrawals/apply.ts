import type { EventType } from '../../domain/events.ts';
import { type WithdrawalRequest, withdrawalEvents } from '../../domain/withdrawal/events.ts';
import { type Document, foldDocuments } from '../documents.ts';
import type { ProjectedEvent, Projection } from '../projection.ts';
import type { WithdrawalRow } from '../read-models.ts';

export const withdrawalDocument: Document<WithdrawalRow> = {
  table: 'withdrawals',
  timeline: 'withdrawal_timeline',
  idOf: ({ event }) => ('withdrawal' in event.data ? event.data.withdrawal : null),
  reduce,
};

export const withdrawals: Projection = {
  name: 'withdrawals',
  // 3: cancelled withdrawals, and those on hold.
  version: 3,
  types: [
    ...(Object.keys(withdrawalEvents) as EventType[]),
    'WithdrawalHeld',
    'HoldReleased',
    'HoldSettled',
  ],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['withdrawals', 'withdrawal_timeline'],
  keyOf: withdrawalDocument.idOf,
  open: () => foldDocuments(withdrawalDocument),
};

function reduce(
  row: WithdrawalRow | undefined,
  { event, time, position }: ProjectedEvent,
): WithdrawalRow | undefined {
  if (event.type === 'WithdrawalRequested') return requested(event.data, time, position);
  // The hold stands before the withdrawal is opened: it is in the timeline, and has no row yet.
  if (!row) return undefined;
  const now = { ...row, position };
  switch (event.type) {
    case 'WithdrawalPutUnderReview': {
      const { approvalsRequired } = event.data;
      return { ...now, status: 'Under Review', approvals: 0, approvalsRequired };
    }
    case 'WithdrawalApproved': {
      const { approvals, approvalsRequired } = event.data;
      return { ...now, approvals, status: approvals < approvalsRequired ? row.status : 'Approved' };
    }
    case 'WithdrawalRejected':
      return { ...now, status: 'Rejected' };
    case 'WithdrawalCancelled':
      return { ...now, status: 'Cancelled' };
    case 'WithdrawalPutOnHold':
      return { ...now, status: 'On Hold' };
    case 'WithdrawalTakenOffHold':
      return { ...now, status: 'Under Review' };
    case 'PayoutAllocated':
      return { ...now, status: 'Processing' };
    case 'PayoutSigned':
      return { ...now, txid: event.data.txid };
    case 'PayoutConfirmed':
    case 'PayoutReverted':
      return { ...now, fee: event.data.fee };
    case 'WithdrawalCompleted':
      return { ...now, status: 'Completed' };
    case 'WithdrawalFailed':
      return { ...now, status: 'Failed' };
    default:
      return now;
  }
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
    status: 'Requested',
    approvals: 0,
    approvalsRequired: 0,
    txid: null,
    fee: null,
  };
}
