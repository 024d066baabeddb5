import type { PoolClient } from 'pg';
import type { CohortPeriod, Retention, RetentionRequest } from './read-model.ts';

/** The cohort's own and so many more. */
export const MOST_PERIODS = 31;

/** How many periods lie between two of their first dates. */
const APART: Readonly<Record<CohortPeriod, string>> = {
  day: 'p.begins - c.begins',
  week: '(p.begins - c.begins) / 7',
  month: `((extract(year from p.begins) - extract(year from c.begins)) * 12
           + extract(month from p.begins) - extract(month from c.begins))::int`,
};

interface Counted {
  readonly begins: string;
  readonly players: string;
  /** Null: nobody of it ever bet. */
  readonly apart: number | null;
  readonly active: string;
}

/** Of those who began in the same period: how many bet in it, in the next, and so on. */
export async function retention(
  client: PoolClient,
  { cohort, period, from, to, brand }: RetentionRequest,
): Promise<Retention> {
  const { rows: newest } = await client.query<{ through: string | null }>(
    `select max(day)::text as through from (select max(day) as day from facts
       union all select max(day) from firsts) days`,
  );
  const through = newest[0]?.through ?? null;
  if (through === null) return { cohorts: [], through };
  const { rows } = await client.query<Counted>(
    `with members as materialized (
       select brand, player, date_trunc('${period}', day)::date as begins from firsts
       where measure = $1 and day between $2::date and $3::date
         and ($4::text is null or brand = $4)
     ), played as materialized (
       select distinct brand, player, date_trunc('${period}', day)::date as begins
       from player_days where day >= $2::date and ($4::text is null or brand = $4)
     ), sizes as (select begins, count(*) as players from members group by begins)
     select s.begins::text, s.players::text, a.apart, coalesce(a.active, 0)::text as active
     from sizes s left join (
       select c.begins, ${APART[period]} as apart, count(*) as active
       from members c join played p using (brand, player)
       where ${APART[period]} between 0 and ${MOST_PERIODS - 1}
       group by 1, 2
     ) a using (begins) order by 1, 3`,
    [cohort, from, to, brand ?? null],
  );
  const cohorts = new Map<string, { begins: string; players: number; active: number[] }>();
  for (const { begins, players, apart, active } of rows) {
    const known = cohorts.get(begins) ?? {
      ...{ begins, players: Number(players) },
      active: new Array<number>(periodsFrom(begins, through, period)).fill(0),
    };
    cohorts.set(begins, known);
    if (apart !== null) known.active[apart] = Number(active);
  }
  return { cohorts: [...cohorts.values()], through };
}

const DAY_MS = 86_400_000;

/** Those that have begun: what isn't yet is no zero. */
export function periodsFrom(begins: string, through: string, period: CohortPeriod): number {
  const days = (Date.parse(through) - Date.parse(begins)) / DAY_MS;
  const months =
    (Number(through.slice(0, 4)) - Number(begins.slice(0, 4))) * 12 +
    Number(through.slice(5, 7)) -
    Number(begins.slice(5, 7));
  const apart = { day: days, week: Math.floor(days / 7), month: months }[period];
  return Math.min(apart + 1, MOST_PERIODS);
}
