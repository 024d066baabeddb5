/**
 * Double entry. A leg's amount is signed: positive debits, negative credits. The legs of one event
 * sum to zero per currency. Assets and expenses grow by debits; liabilities, equity and revenue by
 * credits.
 */
export interface Leg {
  readonly account: string;
  readonly currency: string;
  readonly amount: bigint;
}

export interface LedgerAccountClass {
  readonly code: string;
  readonly kind: 'asset' | 'liability' | 'equity' | 'revenue' | 'expense';
  readonly name: string;
}

/** The chart of accounts. An account is `<class>` or `<class>:<whose>`. */
export const CHART = {
  custody: { code: '1000', kind: 'asset', name: 'Coins held on chain, by address' },
  receivable: { code: '1200', kind: 'asset', name: 'Owed by players after reversals' },
  available: { code: '2000', kind: 'liability', name: 'Owed to players, free to use' },
  held: { code: '2010', kind: 'liability', name: 'Owed to players, held for withdrawals' },
  suspense: { code: '2900', kind: 'liability', name: 'Received, not attributed to a player' },
  capital: { code: '3000', kind: 'equity', name: "The house's own funds" },
  gaming: { code: '4000', kind: 'revenue', name: 'Stakes less wins' },
  'network-fees': { code: '5000', kind: 'expense', name: 'Paid to chains' },
  promotions: { code: '5100', kind: 'expense', name: 'Promotions paid to players' },
  'tournament-prizes': { code: '5110', kind: 'expense', name: 'Prizes of tournaments' },
  'free-rounds': { code: '5120', kind: 'expense', name: 'Wins of rounds without a stake' },
} as const satisfies Record<string, LedgerAccountClass>;

export type LedgerClass = keyof typeof CHART;

export function ledgerAccount(kind: LedgerClass, ...whose: readonly string[]): string {
  return whose.length === 0 ? kind : `${kind}:${whose.join('/')}`;
}

/** The class that a ledger account belongs to. */
export function ledgerClass(account: string): LedgerClass {
  const kind = account.split(':', 1)[0] ?? '';
  if (!Object.hasOwn(CHART, kind)) throw new TypeError(`'${account}' is in no chart of accounts`);
  return kind as LedgerClass;
}

/** Credits one account and debits the other by `amount`. Nothing when it is zero. */
export function transfer(credit: string, debit: string, currency: string, amount: bigint): Leg[] {
  if (amount === 0n) return [];
  return [
    { account: debit, currency, amount },
    { account: credit, currency, amount: -amount },
  ];
}

/** Throws when the legs don't sum to zero per currency: a defect, never bad input. */
export function balanced(legs: readonly Leg[]): readonly Leg[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of legs) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n) throw new Error(`postings in ${currency} sum to ${sum}`);
  }
  return legs;
}
