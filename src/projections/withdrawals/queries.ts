import type { PoolClient } from 'pg';
import { findDocument, type Joined, listDocuments } from '../document-queries.ts';
import { schemaOf } from '../projection.ts';
import type { AsOf, ReadOptions } from '../read-models.ts';
import { type Reading, reflecting } from '../reading.ts';
import { risk } from '../risk/apply.ts';
import { readCheckpoint } from '../schema.ts';
import { withdrawalDocument, withdrawals } from './apply.ts';
import type { RiskInQueue, WithdrawalReadModel, WithdrawalRow } from './read-model.ts';

export function withdrawalQueries(reading: Reading): WithdrawalReadModel {
  return {
    withdrawals: (filter, options = {}) =>
      withRisk(reading, options, async (client) => {
        const { outcome, minScore } = filter;
        const joined = riskBeside({ outcome, minScore });
        const { items, next } = await listDocuments<WithdrawalRow, RiskInQueue | null>(
          client,
          withdrawalDocument,
          filter,
          joined,
        );
        return { items: items.map(({ row, joined: found }) => ({ ...row, risk: found })), next };
      }),
    withdrawal: (id, options = {}) =>
      withRisk(reading, options, async (client) => {
        const found = await findDocument<WithdrawalRow, RiskInQueue | null>(
          client,
          withdrawalDocument,
          id,
          riskBeside({}),
        );
        return found && { row: { ...found.row, risk: found.joined }, timeline: found.timeline };
      }),
  };
}

const riskBeside = (wanted: {
  readonly outcome?: string | undefined;
  readonly minScore?: number | undefined;
}): Joined => ({
  join: `left join ${schemaOf(risk)}.risk_withdrawals r on r.withdrawal = d.id::uuid`,
  columns: `case when r.withdrawal is not null
    then json_build_object('score', r.score, 'outcome', r.outcome) end`,
  conditions: [
    ['r.outcome = $', wanted.outcome],
    ['r.score >= $::int', wanted.minScore],
  ],
  // What isn't assessed yet stands behind all that is.
  score: 'coalesce(r.score, -1)',
});

/** Of two read models in one snapshot: the answer is as far as the one that is further behind. */
async function withRisk<Value>(
  reading: Reading,
  options: ReadOptions,
  read: (client: PoolClient) => Promise<Value>,
): Promise<AsOf<Value>> {
  if (options.waitFor !== undefined) await reflecting(reading, risk, options, async () => null);
  const { value, ...own } = await reflecting(reading, withdrawals, options, async (client) => ({
    rows: await read(client),
    risk: await readCheckpoint(client, schemaOf(risk)),
  }));
  const { position, time } = value.risk.position < own.position ? value.risk : own;
  return { position, time, value: value.rows };
}
