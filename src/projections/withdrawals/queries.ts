import { findDocument, listDocuments } from '../documents.ts';
import type { ReadModels } from '../read-models.ts';
import { type Reading, reflecting } from '../reading.ts';
import { withdrawalDocument, withdrawals } from './apply.ts';

export function withdrawalQueries(
  reading: Reading,
): Pick<ReadModels, 'withdrawals' | 'withdrawal'> {
  return {
    withdrawals: (filter, options = {}) =>
      reflecting(reading, withdrawals, options, (client) =>
        listDocuments(client, withdrawalDocument, filter),
      ),
    withdrawal: (id, options = {}) =>
      reflecting(reading, withdrawals, options, (client) =>
        findDocument(client, withdrawalDocument, id),
      ),
  };
}
