import type { Position } from '../event-store.ts';
import type { DepositReadModel } from './deposits/read-model.ts';
import type { RiskReadModel } from './risk/read-model.ts';
import type { WithdrawalReadModel } from './withdrawals/read-model.ts';

export type { DepositRow } from './deposits/read-model.ts';
export { DOCUMENT_ORDERS, type DocumentFilter, type DocumentOrder } from './documents.ts';
export { agesOf, type Way } from './ways.ts';
export type { QueuedWithdrawal, WithdrawalRow } from './withdrawals/read-model.ts';

/**
 * What the read side answers. Amounts are integers in text, signed where they can be negative.
 * Every answer says which position of the log it reflects, and when that was reached.
 */
export interface AsOf<Value> {
  readonly position: Position;
  /** ISO 8601: when the read model reached that position. */
  readonly time: string;
  readonly value: Value;
}

/** A page; `next` is the cursor of the one that follows, null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}

export interface ReadOptions {
  /** Wait until the read model has this position; throws NotYetThere when the time is up. */
  readonly waitFor?: Position;
}

export interface BalanceRow {
  readonly brand: string;
  readonly player: string;
  readonly currency: string;
  readonly available: string;
  readonly held: string;
  /** Owed by the player; above zero nothing can be withdrawn. */
  readonly receivable: string;
  readonly position: Position;
}

export interface JournalRow {
  readonly position: Position;
  readonly leg: number;
  readonly eventId: string;
  readonly stream: string;
  readonly type: string;
  readonly time: string;
  readonly account: string;
  readonly currency: string;
  /** Signed: debits above zero, credits below. */
  readonly amount: string;
  /** Of the account after this leg, signed the same way. */
  readonly balance: string;
}

export interface TrialBalanceRow {
  readonly currency: string;
  readonly account: string;
  readonly code: string;
  readonly kind: string;
  readonly balance: string;
}

export interface TrialBalance {
  readonly rows: readonly TrialBalanceRow[];
  /** By currency: zero when the books are right. */
  readonly totals: Readonly<Record<string, string>>;
}

export interface TimelineEntry {
  readonly position: Position;
  readonly type: string;
  readonly time: string;
  readonly actor: string;
  /** What the event said, without signed bytes. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface WithTimeline<Row> {
  readonly row: Row;
  readonly timeline: readonly TimelineEntry[];
}

export interface ReadModels extends DepositReadModel, WithdrawalReadModel, RiskReadModel {
  balances(
    player: { readonly brand: string; readonly player: string },
    options?: ReadOptions,
  ): Promise<AsOf<readonly BalanceRow[]>>;
  /** Newest last, after the cursor; of one ledger account or of all. */
  journal(
    filter: PageRequest & { readonly account?: string; readonly currency?: string },
    options?: ReadOptions,
  ): Promise<AsOf<Page<JournalRow>>>;
  trialBalance(options?: ReadOptions): Promise<AsOf<TrialBalance>>;
}

/** The read model didn't reach the position in time: ask again. */
export class NotYetThere extends Error {
  override readonly name = 'NotYetThere';
  readonly wanted: Position;
  readonly reached: Position;
  constructor(wanted: Position, reached: Position) {
    super(`the read model is at '${reached}', not yet at '${wanted}'`);
    this.wanted = wanted;
    this.reached = reached;
  }
}
