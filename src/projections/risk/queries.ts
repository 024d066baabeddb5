import type { PoolClient } from 'pg';
import type { Page } from '../read-models.ts';
import { pageOf, type Reading, reflecting } from '../reading.ts';
import { risk } from './apply.ts';
import type {
  Risk,
  RiskFilter,
  RiskOfWithdrawal,
  RiskReadModel,
  ShownRuleSet,
} from './read-model.ts';

export function riskQueries(reading: Reading): RiskReadModel {
  return {
    playerRisk: ({ brand, player }, options = {}) =>
      reflecting(reading, risk, options, async (client) => {
        const { rows } = await client.query<Stored<Risk>>(
          `select ${PLAYER} from risk_players
           where brand = $1 and player = $2 and assessment is not null`,
          [brand, player],
        );
        return rows.map(shown)[0];
      }),
    withdrawalRisk: (id, options = {}) =>
      reflecting(reading, risk, options, async (client) => {
        const { rows } = await client.query<Stored<RiskOfWithdrawal>>(
          `select ${WITHDRAWAL} from risk_withdrawals where withdrawal = $1`,
          [id],
        );
        return rows.map(shown)[0];
      }),
    playersByRisk: (filter, options = {}) =>
      reflecting(reading, risk, options, (client) => listPlayers(client, filter)),
    withdrawalsByRisk: (filter, options = {}) =>
      reflecting(reading, risk, options, (client) => listWithdrawals(client, filter)),
    riskRuleSets: ({ after, limit }, options = {}) =>
      reflecting(reading, risk, options, async (client) => {
        const { rows } = await client.query<ShownRuleSet>(
          `select ${RULE_SET} from risk_rule_sets where ($1::int is null or version < $1)
           order by version desc limit $2`,
          [after, limit + 1],
        );
        return pageOf(rows, limit, ({ version }) => `${version}`);
      }),
    riskRuleSet: (version, options = {}) =>
      reflecting(reading, risk, options, async (client) => {
        const { rows } = await client.query<ShownRuleSet & { ruleSet: Record<string, unknown> }>(
          `select ${RULE_SET}, rule_set as "ruleSet" from risk_rule_sets where version = $1`,
          [version],
        );
        return rows[0];
      }),
  };
}

const PLAYER = 'brand, player, position, time, assessment, facts';
const WITHDRAWAL = `withdrawal, currency, brand, player, position, assessment, facts,
  to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time`;
const RULE_SET = `version, position, mode, status, reason, published_at as "publishedAt",
  published_by as "publishedBy", ended_at as "endedAt", ended_by as "endedBy",
  end_reason as "endReason"`;

type Stored<Row extends Risk> = Omit<Row, 'active' | 'shadow'> & {
  readonly assessment: Pick<Risk, 'active' | 'shadow'>;
};

const shown = <Row extends Risk>({ assessment, ...row }: Stored<Row>): Row =>
  ({ ...row, ...assessment }) as unknown as Row;

type Cursor = readonly [score: number, ...rest: string[]];
const NO_CURSOR: Cursor = [0];

const cursorOf = (after: string | null): Cursor =>
  after === null ? NO_CURSOR : (JSON.parse(after) as Cursor);

async function listPlayers(
  client: PoolClient,
  { after, limit, brand, outcome }: RiskFilter,
): Promise<Page<Risk>> {
  const [score, ...at] = cursorOf(after);
  const { rows } = await client.query<Stored<Risk>>(
    `select ${PLAYER} from risk_players
     where assessment is not null
       and ($1::text is null or (score, brand, player) < ($2::int, $1, $3))
       and ($4::text is null or brand = $4)
       and ($5::text is null or outcome = $5)
     order by score desc, brand desc, player desc limit $6`,
    [at[0] ?? null, score, at[1] ?? null, brand ?? null, outcome ?? null, limit + 1],
  );
  return pageOf(rows.map(shown), limit, (row) =>
    JSON.stringify([row.active.score, row.brand, row.player]),
  );
}

async function listWithdrawals(
  client: PoolClient,
  { after, limit, brand, player, outcome }: RiskFilter & { readonly player?: string },
): Promise<Page<RiskOfWithdrawal>> {
  const [score, position] = cursorOf(after);
  const { rows } = await client.query<Stored<RiskOfWithdrawal>>(
    `select ${WITHDRAWAL} from risk_withdrawals
     where ($1::text is null or (score, position) < ($2::int, $1))
       and ($3::text is null or brand = $3)
       and ($4::text is null or player = $4)
       and ($5::text is null or outcome = $5)
     order by score desc, position desc limit $6`,
    [position ?? null, score, brand ?? null, player ?? null, outcome ?? null, limit + 1],
  );
  return pageOf(rows.map(shown), limit, (row) => JSON.stringify([row.active.score, row.position]));
}
