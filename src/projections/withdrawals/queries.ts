import { findDocument, listDocuments } from '../document-queries.ts';
import { type Reading, reflecting } from '../reading.ts';
import { withdrawalDocument, withdrawals } from './apply.ts';
import type { QueuedWithdrawal, WithdrawalReadModel } from './read-model.ts';

export function withdrawalQueries(reading: Reading): WithdrawalReadModel {
  return {
    withdrawals: (filter, options = {}) =>
      reflecting(reading, withdrawals, options, async (client) => {
        const { items, next } = await listDocuments<QueuedWithdrawal>(
          client,
          withdrawalDocument,
          filter,
        );
        return { items: items.map(({ row }) => ({ ...row, risk: null })), next };
      }),
    withdrawal: (id, options = {}) =>
      reflecting(reading, withdrawals, options, async (client) => {
        const found = await findDocument<QueuedWithdrawal>(client, withdrawalDocument, id);
        return found && { row: { ...found.row, risk: null }, timeline: found.timeline };
      }),
  };
}
