import { ledgerClass, ledgerName, type Transfer } from '../../domain/postings.ts';
import type { Position } from '../../event-store.ts';
import { Recent } from './recent.ts';
import { type NewRows, newRows } from './rows.ts';

interface Total {
  sum: bigint;
}

interface LedgerAccount {
  readonly id: number;
  /** Debits above zero. */
  balance: bigint;
  /** Of its currency and class. */
  readonly total: Total;
}

/** Where the books stand: what is needed besides the accounts that the next transfers name. */
export interface Standing {
  /** The number of the last transfer. */
  readonly entry: number;
  readonly accounts: number;
  /** The latest time of any transfer or tick; empty before the first. */
  readonly clock: string;
  /** In the order of their ids, which begin with 1. */
  readonly types: readonly string[];
  /** By `<currency> <class>`. */
  readonly totals: Readonly<Record<string, string>>;
}

export const MARK_ENTRIES = 250;

/** How an account is found: an account's name has no blank. */
export const keyOf = (account: string, currency: string): string => `${account} ${currency}`;

/** The ledger in memory: the newest balances, and rows that are to be written. */
export class Books {
  readonly accounts = new Recent<LedgerAccount>();
  readonly rows: NewRows = newRows();
  readonly #totals = new Map<string, Total>();
  readonly #types: Map<string, number>;
  #entry: number;
  #accountCount: number;
  #clock: string;

  constructor({ entry, accounts, clock, types, totals }: Standing) {
    this.#entry = entry;
    this.#accountCount = accounts;
    this.#clock = clock;
    this.#types = new Map(types.map((type, index) => [type, index + 1]));
    for (const [key, sum] of Object.entries(totals)) this.#totals.set(key, { sum: BigInt(sum) });
  }

  /** The number of the last transfer. */
  get entry(): number {
    return this.#entry;
  }

  /** An account that is in the tables, with its newest balance. */
  know(id: number, account: string, currency: string, balance: bigint): void {
    const total = this.#totalOf(account, currency);
    this.accounts.set(keyOf(account, currency), { id, balance, total });
  }

  /** The account, opened here if it is in no table. One that is there must be known by now. */
  open(account: string, currency: string, position: Position): LedgerAccount {
    const key = keyOf(account, currency);
    const known = this.accounts.get(key);
    if (known) return known;
    const id = ++this.#accountCount;
    const opened = { id, balance: 0n, total: this.#totalOf(account, currency) };
    this.accounts.set(key, opened);
    this.rows.ledgerAccounts.add([`${id}`, account, currency, position]);
    return opened;
  }

  post(transfer: Transfer, type: string, time: string, position: Position): void {
    const { currency, amount } = transfer;
    const debit = this.open(ledgerName(transfer.debit), currency, position);
    const credit = this.open(ledgerName(transfer.credit), currency, position);
    debit.balance += amount;
    credit.balance -= amount;
    debit.total.sum += amount;
    credit.total.sum -= amount;
    const entry = ++this.#entry;
    if (time > this.#clock) this.#clock = time;
    this.rows.transfers.add(entry, position, [
      ...[time, this.#typeOf(type), debit.id, credit.id],
      ...[amount, debit.balance, credit.balance],
    ]);
    if (entry % MARK_ENTRIES !== 0) return;
    this.rows.marks.add([`${entry}`, position, this.#clock, this.#totalsText()]);
  }

  /** The log says that a time is over. Where a transfer was later, that says the same. */
  tick(time: string, position: Position): void {
    if (time <= this.#clock) return;
    this.#clock = time;
    this.rows.ticks.add([time, `${this.#entry}`, position]);
  }

  #typeOf(type: string): number {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const id = this.#types.size + 1;
    this.#types.set(type, id);
    this.rows.eventTypes.add([`${id}`, type]);
    return id;
  }

  #totalOf(account: string, currency: string): Total {
    const key = `${currency} ${ledgerClass(account)}`;
    const total = this.#totals.get(key) ?? { sum: 0n };
    this.#totals.set(key, total);
    return total;
  }

  /** Without zeros: whether there ever was another sum can't be told from the tables. */
  #totalsText(): string {
    const sums = [...this.#totals].filter(([, { sum }]) => sum !== 0n);
    sums.sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify(Object.fromEntries(sums.map(([key, { sum }]) => [key, `${sum}`])));
  }
}
