/**
 * Double entry. Money moves by transfers: one account is debited by what another is credited, so
 * that nothing can be out of balance. Assets and expenses grow by debits; liabilities, equity and
 * revenue by credits.
 */
export interface Transfer {
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly currency: string;
  /** Above zero. */
  readonly amount: bigint;
}

/** Of a class that has one; or of one player (brand, player) or address (chain, address). */
export interface LedgerAccount {
  readonly class: LedgerClass;
  readonly whole: string | undefined;
  readonly part: string | undefined;
}

/** One side of a transfer, signed: debits above zero, credits below. */
export interface Leg {
  /** Its name. */
  readonly account: string;
  readonly currency: string;
  readonly amount: bigint;
}

export type AccountKind = 'asset' | 'liability' | 'equity' | 'revenue' | 'expense';

export interface LedgerAccountClass {
  readonly code: string;
  readonly kind: AccountKind;
  readonly name: string;
}

/** The chart of accounts. An account is `<class>` or `<class>:<whose>`. */
export const CHART = {
  custody: { code: '1000', kind: 'asset', name: 'Custody: coins held on chain, by address' },
  receivable: { code: '1200', kind: 'asset', name: 'Receivables: owed by players' },
  available: { code: '2000', kind: 'liability', name: 'Players: available balances' },
  held: { code: '2010', kind: 'liability', name: 'Players: held for withdrawals' },
  suspense: { code: '2900', kind: 'liability', name: 'Suspense: received, not attributed' },
  capital: { code: '3000', kind: 'equity', name: 'Capital of the house' },
  gaming: { code: '4000', kind: 'revenue', name: 'Gaming: stakes less wins' },
  'network-fees': { code: '5000', kind: 'expense', name: 'Network fees' },
  promotions: { code: '5100', kind: 'expense', name: 'Promotions paid to players' },
  'tournament-prizes': { code: '5110', kind: 'expense', name: 'Tournament prizes' },
  'free-rounds': { code: '5120', kind: 'expense', name: 'Free rounds: wins without a stake' },
} as const satisfies Record<string, LedgerAccountClass>;

export type LedgerClass = keyof typeof CHART;

export const ledgerAccount = (
  ofClass: LedgerClass,
  whole?: string,
  part?: string,
): LedgerAccount => ({ class: ofClass, whole, part });

/** As the books name it. */
export const ledgerName = ({ class: ofClass, whole, part }: LedgerAccount): string =>
  whole === undefined ? ofClass : `${ofClass}:${whole}/${part}`;

/** The class that a ledger account belongs to, by its name. */
export function ledgerClass(account: string): LedgerClass {
  const end = account.indexOf(':');
  const kind = end === -1 ? account : account.slice(0, end);
  if (!Object.hasOwn(CHART, kind)) throw new TypeError(`'${account}' is in no chart of accounts`);
  return kind as LedgerClass;
}

/** Nothing when the amount is zero. Throws for one below zero: a defect, never bad input. */
export function transfer(
  credit: LedgerAccount,
  debit: LedgerAccount,
  currency: string,
  amount: bigint,
): Transfer[] {
  if (amount === 0n) return [];
  if (amount < 0n)
    throw new RangeError(`${amount} ${currency} can't move to ${ledgerName(credit)}`);
  return [{ debit, credit, currency, amount }];
}

export const legsOf = ({ debit, credit, currency, amount }: Transfer): Leg[] => [
  { account: ledgerName(debit), currency, amount },
  { account: ledgerName(credit), currency, amount: -amount },
];
