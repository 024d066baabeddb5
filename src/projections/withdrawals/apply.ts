import type { EventType } from '../../domain/events.ts';
import { withdrawalEvents } from '../../domain/withdrawal/events.ts';
import { type Document, foldDocuments } from '../documents.ts';
import type { Projection } from '../projection.ts';
import type { WithdrawalRow } from './read-model.ts';
import { reduce } from './reduce.ts';

export const withdrawalDocument: Document<WithdrawalRow> = {
  table: 'withdrawals',
  timeline: 'withdrawal_timeline',
  idOf: ({ event }) => ('withdrawal' in event.data ? event.data.withdrawal : null),
  reduce,
};

export const withdrawals: Projection = {
  name: 'withdrawals',
  // 4: the steps of the way, what the node answered, and columns for queues.
  version: 4,
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
