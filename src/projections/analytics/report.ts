import type { PoolClient } from 'pg';
import type { Summed } from './measures.ts';
import { standingRates } from './rates.ts';
import {
  type AnalyticsFilter,
  DIMENSIONS,
  type Dimension,
  type MissingRate,
  type Rate,
  type Report,
  type ReportRequest,
  type ReportRow,
} from './read-model.ts';
import { condition, Groups, selected, selectGroups } from './selecting.ts';
import { type Conversion, Tally } from './tally.ts';

/** Of the dimensions all but one: no bet has a chain. */
const OF_PLAYER_DAYS: readonly Dimension[] = DIMENSIONS.filter((name) => name !== 'chain');

interface Sums {
  readonly measure: Summed;
  readonly events: string;
  readonly amount: string;
}

const together = (by: readonly Dimension[], ...more: readonly Dimension[]) => [
  ...new Set([...by, ...more]),
];

/** Amounts of two currencies are never added up, unless in the reporting currency. */
export async function report(client: PoolClient, request: ReportRequest): Promise<Report> {
  const { reporting } = request;
  const by = reporting === undefined ? together(request.by, 'currency') : request.by;
  const over: readonly Dimension[] = reporting === undefined ? ['currency'] : [];
  const rates = reporting === undefined ? [] : await standingRates(client, reporting, request);
  const conversions = new Conversions(reporting, rates);
  const rows = new Groups(by, () => new Tally(by.includes('currency')));
  const totals = new Groups(over, () => new Tally(over.includes('currency')));
  for (const sums of await selectSums(client, request, by)) {
    const { measure, currency, day } = sums;
    const [events, amount] = [BigInt(sums.events), BigInt(sums.amount)];
    const how = conversions.of(currency, day, amount);
    rows.of(sums).add(measure, events, amount, how);
    totals.of(sums).add(measure, events, amount, how);
  }
  for (const active of await selectActive(client, request, by)) {
    rows.of(active).activePlayers = Number(active.players);
  }
  for (const active of await selectActive(client, request, over)) {
    totals.of(active).activePlayers = Number(active.players);
  }
  return {
    rows: told(rows),
    totals: told(totals),
    rates: conversions.used(),
    missingRates: conversions.missing(),
  };
}

const told = (groups: Groups<Tally>): ReportRow[] =>
  groups.inOrder().map(({ group, value }) => value.row(group));

/** By day too where each day has a rate of its own. */
function selectSums(client: PoolClient, request: ReportRequest, by: readonly Dimension[]) {
  const needed = request.reporting === undefined ? by : together(by, 'day', 'currency');
  const { where, values } = condition(request, DIMENSIONS);
  const columns = `${DIMENSIONS.join(', ')}, measure`;
  return selectGroups<Sums>(
    client,
    `select ${selected(needed, DIMENSIONS)}, measure,
            sum(events)::text as events, sum(amount)::text as amount
     from (select ${columns}, events, amount from facts where ${where}
           union all
           select ${columns}, 1, amount from firsts where measure = 'first-deposit' and ${where}) f
     group by ${[...needed, 'measure'].join(', ')}`,
    values,
  );
}

/** Players who bet: each counts once in a group, whatever they bet on and how often. */
export function selectActive(
  client: PoolClient,
  filter: AnalyticsFilter,
  by: readonly Dimension[],
) {
  const { where, values } = condition(filter, OF_PLAYER_DAYS);
  const dimensions = by.length === 0 ? '' : `${selected(by, OF_PLAYER_DAYS)}, `;
  const distinct = together(
    by.filter((name) => OF_PLAYER_DAYS.includes(name)),
    'brand',
  ).join(', ');
  const grouping = by.length === 0 ? '' : `group by ${by.map((_, n) => n + 1).join(', ')}`;
  return selectGroups<{ readonly players: string }>(
    client,
    `select ${dimensions}count(*)::text as players
     from (select distinct ${distinct}, player from player_days where ${where}) d ${grouping}`,
    values,
  );
}

/** The rates of a report, and what it would have needed. */
class Conversions {
  readonly #reporting: string | undefined;
  readonly #rates: ReadonlyMap<string, Rate>;
  readonly #used = new Map<string, Rate>();
  readonly #missing = new Map<string, MissingRate>();

  constructor(reporting: string | undefined, rates: readonly Rate[]) {
    this.#reporting = reporting;
    this.#rates = new Map(rates.map((rate) => [`${rate.day} ${rate.base}`, rate]));
  }

  of(base: string, day: string, amount: bigint): Conversion {
    if (this.#reporting === undefined) return { kind: 'none' };
    if (base === this.#reporting) return { kind: 'same' };
    const key = `${day} ${base}`;
    const rate = this.#rates.get(key);
    if (rate === undefined) {
      if (amount !== 0n) this.#missing.set(key, { base, day });
      return { kind: 'missing' };
    }
    this.#used.set(key, rate);
    return { kind: 'rate', rate };
  }

  used = (): readonly Rate[] => inOrder(this.#used);
  missing = (): readonly MissingRate[] => inOrder(this.#missing);
}

const inOrder = <Value>(map: ReadonlyMap<string, Value>): Value[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
