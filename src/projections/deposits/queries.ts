import { findDocument, listDocuments } from '../documents.ts';
import type { ReadModels } from '../read-models.ts';
import { type Reading, reflecting } from '../reading.ts';
import { depositDocument, deposits } from './apply.ts';

export function depositQueries(reading: Reading): Pick<ReadModels, 'deposits' | 'deposit'> {
  return {
    deposits: (filter, options = {}) =>
      reflecting(reading, deposits, options, (client) =>
        listDocuments(client, depositDocument, filter),
      ),
    deposit: (id, options = {}) =>
      reflecting(reading, deposits, options, (client) => findDocument(client, depositDocument, id)),
  };
}
