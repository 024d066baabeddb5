import type { AccountKind, LedgerClass } from '../domain/postings.ts';
import type { Position } from '../event-store.ts';
import type { AsOf, Page, PageRequest, ReadOptions } from './read-models.ts';

/**
 * A point of the log. A time stands for a place too: right before the first transfer or tick, in
 * the log's order, that is later than it (or, where a period begins or ends, not earlier).
 */
export type Point = { readonly position: Position } | { readonly time: string };

export interface PastOptions extends ReadOptions {
  /** Answer what a replay up to there gives, that position and that millisecond included. */
  readonly asOf?: Point;
}

/** From the first point up to and without the second; `asOf` ends it with that point. */
export interface Period extends PastOptions {
  readonly from?: Point;
  readonly to?: Point;
}

/** One movement of money. Amounts are integers in text. */
export interface JournalEntry {
  /** Counts transfers from 1. */
  readonly entry: number;
  /** Of its event; an event may move money more than once. */
  readonly position: Position;
  readonly time: string;
  readonly type: string;
  readonly currency: string;
  readonly amount: string;
  /** Balances right after it: debits above zero, credits below. */
  readonly debit: { readonly account: string; readonly balance: string };
  readonly credit: { readonly account: string; readonly balance: string };
}

/** The same as one of its accounts sees it. */
export interface StatementLine
  extends Pick<JournalEntry, 'entry' | 'position' | 'time' | 'type' | 'amount'> {
  /** The account on the other side. `amount` is signed: debits above zero, credits below. */
  readonly contra: string;
  readonly balance: string;
}

export interface Statement extends Page<StatementLine> {
  readonly account: string;
  readonly currency: string;
  /** Of the whole period, whichever page this is. */
  readonly opening: string;
  readonly closing: string;
}

export interface LedgerAccountRow {
  readonly account: string;
  readonly currency: string;
  readonly code: string;
  readonly kind: AccountKind;
  readonly balance: string;
  /** Of its last transfer; where there was none, of its opening. */
  readonly position: Position;
}

/** A class of accounts in one currency. */
export interface TrialBalanceRow {
  readonly currency: string;
  readonly code: string;
  readonly class: LedgerClass;
  readonly kind: AccountKind;
  readonly name: string;
  /** One of the two is zero. */
  readonly debit: string;
  readonly credit: string;
  /** Debits above zero. */
  readonly balance: string;
}

export interface TrialBalance {
  /** Classes that come to zero are left out. */
  readonly rows: readonly TrialBalanceRow[];
  /** By currency: debits less credits, zero when the books are right. */
  readonly totals: Readonly<Record<string, string>>;
}

export interface JournalReads {
  /** Newest last. */
  journal(filter: PageRequest & Period): Promise<AsOf<Page<JournalEntry>>>;
  /** Undefined: no such account has been named by then. */
  statement(
    filter: PageRequest & Period & { readonly account: string; readonly currency: string },
  ): Promise<AsOf<Statement | undefined>>;
  /** By name; of one class or of all. */
  ledgerAccounts(
    filter: PageRequest & PastOptions & { readonly class?: LedgerClass },
  ): Promise<AsOf<Page<LedgerAccountRow>>>;
  trialBalance(options?: PastOptions): Promise<AsOf<TrialBalance>>;
  /** Refuses before it begins; then reads as fast as the text is taken, page by page. */
  exportJournal(wanted: ExportWanted): Promise<JournalExport>;
}

export const EXPORT_FORMATS = ['csv', 'hledger'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Of each currency, from the registry. */
export type Decimals = ReadonlyMap<string, { readonly decimals: number }>;

export interface ExportWanted extends PastOptions {
  readonly format: ExportFormat;
  readonly decimals: Decimals;
  /** Only events of this brand's players. */
  readonly brand?: string;
}

export interface JournalExport {
  readonly position: Position;
  readonly text: AsyncIterable<string>;
}

/** What is asked of the past can't be answered exactly. */
export class PastRefused extends Error {
  override readonly name = 'PastRefused';
  /**
   * `before-first-transfer`: nothing had been posted by then. `time-not-settled`: the log neither
   * has a later transfer nor says that the time is over, so another one of it may still come.
   */
  readonly code: 'before-first-transfer' | 'time-not-settled';
  /** Of the first transfer, or of the last; both null when there is none. */
  readonly position: Position | null;
  readonly time: string | null;
  constructor(code: PastRefused['code'], nearest: { position: Position; time: Date } | undefined) {
    super(
      code === 'before-first-transfer'
        ? `nothing had been posted by then: the first transfer is at '${nearest?.position ?? ''}'`
        : `more of that time may come: the last transfer is at '${nearest?.position ?? ''}'`,
    );
    this.code = code;
    this.position = nearest?.position ?? null;
    this.time = nearest?.time.toISOString() ?? null;
  }
}
