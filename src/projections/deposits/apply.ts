import { depositEvents } from '../../domain/deposit/events.ts';
import type { EventType } from '../../domain/events.ts';
import { depositId } from '../../domain/ids.ts';
import { type Document, foldDocuments } from '../documents.ts';
import type { Projection } from '../projection.ts';
import type { DepositRow } from './read-model.ts';
import { reduce } from './reduce.ts';

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
  // 3: the steps of the way, where it is booked to, and columns for queues.
  version: 3,
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
