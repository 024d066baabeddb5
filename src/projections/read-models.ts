import type { LedgerClass } from '../domain/postings.ts';
import type { Position } from '../event-store.ts';
import type { AnalyticsReadModel } from './analytics/read-model.ts';
import type { DepositReadModel } from './deposits/read-model.ts';
import type { JournalReads, PastOptions } from './ledger-reads.ts';
import type { RiskReadModel } from './risk/read-model.ts';
import type { ReadModelStatus } from './status.ts';
import type { WalletReadModel } from './wallets/read-model.ts';
import type { WithdrawalReadModel } from './withdrawals/read-model.ts';

export * from './analytics/read-model.ts';
export type { DepositRow } from './deposits/read-model.ts';
export { DOCUMENT_ORDERS, type DocumentFilter, type DocumentOrder } from './documents.ts';
export { FEED_TOPICS, type Feed, type FeedItem, type FeedTopic } from './feed/read-model.ts';
export type { Risk, RiskOfWithdrawal } from './risk/read-model.ts';
export type { WalletRow } from './wallets/read-model.ts';
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
  /** Playable, but not the player's to withdraw: nothing in the log makes such money yet. */
  readonly bonus: string;
  /** Owed by the player. */
  readonly receivable: string;
  /** Nothing can be withdrawn: something is owed. */
  readonly frozen: boolean;
  /** Of the last event that moved its money, or opened it. */
  readonly position: Position;
}

/** One currency of the whole house. Amounts are of the usual side of their accounts. */
export interface HouseBalanceRow {
  readonly currency: string;
  /** By class of the chart of accounts: players' money too. */
  readonly accounts: Readonly<Record<LedgerClass, string>>;
  /** Custody and receivables. */
  readonly assets: string;
  /** What is owed to players, or to nobody known yet. */
  readonly liabilities: string;
  /** The house's own: capital and revenue, less expenses. */
  readonly equity: string;
  /** Assets less liabilities less equity: zero when the books are right. */
  readonly difference: string;
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

export interface ReadModels
  extends AnalyticsReadModel,
    JournalReads,
    DepositReadModel,
    WithdrawalReadModel,
    WalletReadModel,
    RiskReadModel {
  /** Of each of them; `head` is the end of the log. */
  statuses(head: Position): Promise<readonly ReadModelStatus[]>;
  balances(
    player: { readonly brand: string; readonly player: string },
    options?: PastOptions,
  ): Promise<AsOf<readonly BalanceRow[]>>;
  /** By currency. */
  houseBalances(options?: PastOptions): Promise<AsOf<readonly HouseBalanceRow[]>>;
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
