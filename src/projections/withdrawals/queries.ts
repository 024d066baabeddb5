import type { PoolClient } from 'pg';
import { findDocument, type Joined, listDocuments } from '../document-queries.ts';
import type { AsOf, ReadOptions } from '../read-models.ts';
import { answering, type Reading, reflecting } from '../reading.ts';
import { risk } from '../risk/apply.ts';
import { withdrawalDocument, withdrawals } from './apply.ts';
import type { RiskInQueue, WithdrawalReadModel, WithdrawalRow } from './read-model.ts';

export function withdrawalQueries(reading: Reading): WithdrawalReadModel {
  return {
    withdrawals: (filter, options = {}) =>
      withRisk(reading, options, async (client, schema) => {
        const { items, next } = await listDocuments<WithdrawalRow, RiskInQueue | null>(
          client,
          withdrawalDocument,
          filter,
          riskBeside(schema, filter),
        );
        return { items: items.map(({ row, joined: found }) => ({ ...row, risk: found })), next };
      }),
    withdrawal: (id, options = {}) =>
      withRisk(reading, options, async (client, schema) => {
        const found = await findDocument<WithdrawalRow, RiskInQueue | null>(
          client,
          withdrawalDocument,
          id,
          riskBeside(schema, {}),
        );
        return found && { row: { ...found.row, risk: found.joined }, timeline: found.timeline };
      }),
  };
}

interface RiskWanted {
  readonly outcome?: string | undefined;
  readonly minScore?: number | undefined;
}

function riskBeside(schema: string | null, { outcome, minScore }: RiskWanted): Joined {
  const none = '(select null::uuid withdrawal, null::int score, null::text outcome where false)';
  return {
    join: `left join ${schema === null ? none : `${schema}.risk_withdrawals`} r
      on r.withdrawal = d.id::uuid`,
    columns: `case when r.withdrawal is not null
      then json_build_object('score', r.score, 'outcome', r.outcome) end`,
    conditions: [
      ['r.outcome = $', outcome],
      ['r.score >= $::int', minScore],
    ],
    // What isn't assessed yet stands behind all that is.
    score: 'coalesce(r.score, -1)',
  };
}

/** Of two read models in one snapshot: the answer is as far as the one that is further behind. */
async function withRisk<Value>(
  reading: Reading,
  options: ReadOptions,
  read: (client: PoolClient, riskSchema: string | null) => Promise<Value>,
): Promise<AsOf<Value>> {
  if (options.waitFor !== undefined) await reflecting(reading, risk, options, async () => null);
  const { value, ...own } = await reflecting(reading, withdrawals, options, async (client) => {
    const beside = await answering(client, risk);
    return { rows: await read(client, beside.schema), beside };
  });
  const { schema, position, time } = value.beside;
  const isBehind = schema !== null && position < own.position;
  return { ...(isBehind ? { position, time } : own), value: value.rows };
}
