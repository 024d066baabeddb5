import type { Position } from '../../event-store.ts';
import type { AsOf, Page, PageRequest, ReadOptions } from '../read-models.ts';
import {
  AMOUNTS,
  type AmountName,
  COUNTS,
  type CountName,
  FIRST_MEASURES,
  type FirstMeasure,
} from './measures.ts';

export { FIRST_MEASURES };
export const AMOUNT_NAMES = Object.keys(AMOUNTS) as readonly AmountName[];
export const COUNT_NAMES = Object.keys(COUNTS) as readonly CountName[];

/** By what reports are told. */
export const DIMENSIONS = [
  ...(['day', 'brand', 'currency', 'chain', 'provider', 'game', 'kind'] as const),
];
export type Dimension = (typeof DIMENSIONS)[number];

/** Null: it doesn't apply to what is told (no deposit has a game), or nobody said. */
export type Group = Partial<Readonly<Record<Dimension, string | null>>>;

export interface Span {
  /** Business dates, both included. */
  readonly from: string;
  readonly to: string;
}

export interface AnalyticsFilter extends Span {
  readonly brand?: string;
  readonly currency?: string;
  readonly chain?: string;
  readonly provider?: string;
  readonly game?: string;
  readonly kind?: string;
}

export interface GroupedBy extends AnalyticsFilter {
  readonly by: readonly Dimension[];
}

export interface ReportRequest extends GroupedBy {
  /** The currency to convert into, at the recorded rate of each day. */
  readonly reporting?: string;
}

/** Integers in the smallest unit, as text; below zero where the house lost. */
export interface Amounts extends Readonly<Record<AmountName, string>> {
  /** deposited / deposits, the remainder dropped; null: there were none. */
  readonly averageDeposit: string | null;
}

export interface ReportRow {
  readonly group: Group;
  readonly counts: Readonly<Record<CountName, number>>;
  readonly activePlayers: number;
  /** Null where the row isn't of one currency: then only `reporting` adds up. */
  readonly amounts: Amounts | null;
  /** Null where it wasn't asked for, and where a rate is missing. */
  readonly reporting: Amounts | null;
  /**
   * (won - winsReturned) / (staked - stakesReturned) in basis points, rounded down; of `amounts`,
   * else of `reporting`. Null where nothing was staked.
   */
  readonly rtpBasisPoints: number | null;
}

export interface Rate {
  readonly base: string;
  readonly quote: string;
  readonly day: string;
  readonly rate: string;
  readonly baseDecimals: number;
  readonly quoteDecimals: number;
  readonly source: string;
  /** Of the event that recorded it, and when that was. */
  readonly position: Position;
  readonly time: string;
}

export interface MissingRate {
  readonly base: string;
  readonly day: string;
}

export interface Report {
  readonly rows: readonly ReportRow[];
  /** A row for each currency; a single one in the reporting currency where that was asked for. */
  readonly totals: readonly ReportRow[];
  /** What converted, and what would have been needed. */
  readonly rates: readonly Rate[];
  readonly missingRates: readonly MissingRate[];
}

export interface PlayersRow {
  readonly group: Group;
  readonly registrations: number;
  readonly firstDeposits: number;
  readonly firstBets: number;
  readonly activePlayers: number;
}

export interface Players {
  readonly rows: readonly PlayersRow[];
  readonly total: PlayersRow;
}

export const DURATION_MEASURES = ['confirmation', 'payout'] as const;
export type DurationMeasure = (typeof DURATION_MEASURES)[number];

/** Milliseconds; each percentile is the longest duration of its bucket. */
export interface DurationsRow {
  readonly group: Group;
  readonly count: number;
  readonly averageMs: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly longestMs: number | null;
}

export interface Durations {
  readonly rows: readonly DurationsRow[];
  readonly total: DurationsRow;
}

export const COHORT_PERIODS = ['day', 'week', 'month'] as const;
export type CohortPeriod = (typeof COHORT_PERIODS)[number];

export interface RetentionRequest extends Span {
  readonly brand?: string;
  readonly cohort: FirstMeasure;
  readonly period: CohortPeriod;
}

export interface Cohort {
  /** Its first date: of a week the Monday. */
  readonly begins: string;
  readonly players: number;
  /** How many of them bet in the cohort's own period, the next one, and so on. */
  readonly active: readonly number[];
}

export interface Retention {
  readonly cohorts: readonly Cohort[];
  /** The newest business date with anything in it: its period may not be over. Null: none yet. */
  readonly through: string | null;
}

export interface RatesFilter extends PageRequest {
  readonly quote?: string;
  readonly base?: string;
}

export interface AnalyticsReadModel {
  /** Throws ReportTooLarge. */
  report(request: ReportRequest, options?: ReadOptions): Promise<AsOf<Report>>;
  /** Throws ReportTooLarge. */
  players(request: GroupedBy, options?: ReadOptions): Promise<AsOf<Players>>;
  /** Throws ReportTooLarge. */
  durations(
    measure: DurationMeasure,
    request: GroupedBy,
    options?: ReadOptions,
  ): Promise<AsOf<Durations>>;
  retention(request: RetentionRequest, options?: ReadOptions): Promise<AsOf<Retention>>;
  rates(filter: RatesFilter, options?: ReadOptions): Promise<AsOf<Page<Rate>>>;
}

/** More groups than an answer can hold: a narrower question is needed. */
export class ReportTooLarge extends Error {
  override readonly name = 'ReportTooLarge';
  readonly most: number;
  constructor(most: number) {
    super(`the report has more than ${most} rows`);
    this.most = most;
  }
}
