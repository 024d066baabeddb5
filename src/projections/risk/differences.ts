import type { Pool } from 'pg';
import type { Assessment, RiskOutcome } from '../../domain/risk/score.ts';

/** How many were scored, and what each would have come to instead. */
export interface Counts {
  readonly scored: number;
  readonly otherScore: number;
  readonly otherOutcome: number;
  readonly moves: readonly {
    readonly from: RiskOutcome;
    readonly to: RiskOutcome;
    readonly count: number;
  }[];
}

/** One that the other rules would have judged otherwise. */
export interface Difference {
  /** The withdrawal; null: it is the player who was judged. */
  readonly withdrawal: string | null;
  readonly brand: string;
  readonly player: string;
  readonly was: Assessment;
  readonly wouldBe: Assessment;
}

const TABLES = {
  withdrawals: { table: 'risk_withdrawals', id: 'withdrawal' },
  players: { table: 'risk_players', id: 'null::uuid' },
} as const;

type Subject = keyof typeof TABLES;

const IS_OTHER = '(score, outcome) is distinct from (shadow_score, shadow_outcome)';

export async function countsOf(pool: Pool, schema: string, subject: Subject): Promise<Counts> {
  const { rows } = await pool.query<{
    from: RiskOutcome;
    to: RiskOutcome;
    count: number;
    other: number;
  }>(
    `select outcome as "from", shadow_outcome as "to", count(*)::int as count,
       count(*) filter (where score <> shadow_score)::int as other
     from ${schema}.${TABLES[subject].table} where assessment is not null
     group by 1, 2 order by count(*) desc, 1, 2`,
  );
  const moves = rows.filter(({ from, to }) => from !== to);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    scored: sum(rows.map(({ count }) => count)),
    otherScore: sum(rows.map(({ other }) => other)),
    otherOutcome: sum(moves.map(({ count }) => count)),
    moves: moves.map(({ from, to, count }) => ({ from, to, count })),
  };
}

const ROWS_AT_A_TIME = 500;

/** Through a cursor: however many there are, a few are in memory. */
export async function* differences(
  pool: Pool,
  schema: string,
  subject: Subject,
  limit: number | null,
): AsyncGenerator<Difference> {
  const { table, id } = TABLES[subject];
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query(
      `declare differences cursor for
       select ${id} as withdrawal, brand, player, assessment from ${schema}.${table}
       where assessment is not null and ${IS_OTHER}
       order by (outcome <> shadow_outcome) desc, abs(score - shadow_score) desc, position
       limit ${limit ?? 'all'}`,
    );
    for (;;) {
      const { rows } = await client.query<{
        withdrawal: string | null;
        brand: string;
        player: string;
        assessment: { active: Assessment; shadow: Assessment };
      }>(`fetch ${ROWS_AT_A_TIME} from differences`);
      for (const { assessment, ...row } of rows) {
        yield { ...row, was: assessment.active, wouldBe: assessment.shadow };
      }
      if (rows.length < ROWS_AT_A_TIME) return;
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
}
