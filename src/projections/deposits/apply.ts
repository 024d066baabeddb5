import { type DepositEvent, depositEvents } from '../../domain/deposit/events.ts';
import type { EventType } from '../../domain/events.ts';
import { depositId } from '../../domain/ids.ts';
import { type Document, foldDocuments } from '../documents.ts';
import type { ProjectedEvent, Projection } from '../projection.ts';
import type { DepositRow } from '../read-models.ts';

export const depositDocument: Document<DepositRow> = {
  table: 'deposits',
  timeline: 'deposit_timeline',
  idOf: ({ event }) => {
    if ('txid' in event.data && 'epoch' in event.data && 'position' in event.data) {
      return depositId(event.data);
    }
    return 'deposit' in event.data ? event.data.deposit : null;
  },
  reduce,
};

export const deposits: Projection = {
  name: 'deposits',
  // 2: a timeline shows the fields of an event in the order in which the log has them.
  version: 2,
  types: [
    ...(Object.keys(depositEvents) as EventType[]),
    'DepositCredited',
    'DepositReversed',
    'WalletFunded',
    'WalletFundingReversed',
  ],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['deposits', 'deposit_timeline'],
  keyOf: depositDocument.idOf,
  open: () => foldDocuments(depositDocument),
};

function reduce(
  row: DepositRow | undefined,
  { event, time, position }: ProjectedEvent,
): DepositRow | undefined {
  if (event.type === 'DepositDetected') return detected(event.data, time, position);
  if (!row) throw new Error(`${event.type} before the deposit was detected`);
  const now = { ...row, position };
  switch (event.type) {
    case 'DepositRejected':
      return { ...now, status: 'rejected', reason: event.data.reason };
    case 'DepositConfirmed': {
      const { confirmations } = event.data;
      return { ...now, confirmations, status: kept(row) ? row.status : 'confirming' };
    }
    case 'DepositCredited':
    case 'WalletFunded':
      if (event.data.epoch !== row.epoch || kept(row)) return now;
      return { ...now, status: 'credited' };
    case 'DepositFinalised':
      return { ...now, status: row.status === 'rejected' ? 'rejected' : 'final' };
    case 'DepositOrphaned':
      return { ...now, status: 'orphaned' };
    case 'DepositReversed':
    case 'WalletFundingReversed':
      // The next epoch may have begun: then this is the end of the one before.
      return event.data.epoch === row.epoch ? { ...now, status: 'reversed' } : now;
    default:
      return now;
  }
}

/** What no later confirmation or credit of the same epoch changes. */
const kept = ({ status }: DepositRow) => status === 'rejected' || status === 'final';

function detected(
  data: Extract<DepositEvent, { type: 'DepositDetected' }>['data'],
  detectedAt: string,
  position: string,
): DepositRow {
  const { chain, txid, owner, address, asset, contract, currency, amount } = data;
  const { epoch, required, block } = data;
  return {
    deposit: depositId(data),
    ...{ chain, txid, address, asset, contract, currency, amount, epoch, required },
    brand: owner?.brand ?? null,
    player: owner?.player ?? null,
    status: 'detected',
    reason: null,
    confirmations: 0,
    blockHeight: block.height,
    detectedAt,
    position,
  };
}
