import { findDocument, listDocuments } from '../document-queries.ts';
import { type Reading, reflecting } from '../reading.ts';
import { depositDocument, deposits } from './apply.ts';
import type { DepositReadModel, DepositRow } from './read-model.ts';

export function depositQueries(reading: Reading): DepositReadModel {
  return {
    deposits: (filter, options = {}) =>
      reflecting(reading, deposits, options, async (client) => {
        const { items, next } = await listDocuments<DepositRow>(client, depositDocument, filter);
        return { items: items.map(({ row }) => row), next };
      }),
    deposit: (id, options = {}) =>
      reflecting(reading, deposits, options, (client) =>
        findDocument<DepositRow>(client, depositDocument, id),
      ),
  };
}
