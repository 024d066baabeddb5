import type { Cell, Columns } from '../rows/columns.ts';
import type { KeyedTable } from '../rows/keyed-rows.ts';

/** One address by currency. Amounts are changed in place. */
export interface Wallet {
  readonly chain: string;
  readonly address: string;
  readonly currency: string;
  brand: string | null;
  player: string | null;
  booked: bigint;
  ahead: bigint;
  behind: bigint;
  unbooked: bigint;
  observed: bigint | null;
  height: number | null;
  hash: string | null;
  observedAt: string | null;
  unexplained: bigint;
  unexplainedSince: string | null;
  position: string;
}

export const emptyWallet = (chain: string, address: string, currency: string): Wallet => ({
  ...{ chain, address, currency, brand: null, player: null },
  ...{ booked: 0n, ahead: 0n, behind: 0n, unbooked: 0n, observed: null },
  ...{ height: null, hash: null, observedAt: null },
  ...{ unexplained: 0n, unexplainedSince: null, position: '' },
});

const text = (cell: Cell | undefined): string => cell ?? '';
const amountIn = (cell: Cell | undefined): bigint => BigInt(cell ?? '0');
const textOf = (value: bigint | number | null): Cell => (value === null ? null : `${value}`);

const columns: Columns = {
  ...{ chain: 'text', address: 'text', currency: 'text', brand: 'text', player: 'text' },
  ...{ booked: 'numeric', ahead: 'numeric', behind: 'numeric', unbooked: 'numeric' },
  ...{ observed: 'numeric', observed_height: 'bigint', observed_hash: 'text' },
  ...{ observed_at: 'text', unexplained: 'numeric', unexplained_since: 'text', position: 'text' },
};

export const WALLETS: KeyedTable<Wallet> = {
  table: 'wallets',
  columns,
  keyColumns: 3,
  toCells: (w) => [
    ...[w.chain, w.address, w.currency, w.brand, w.player],
    ...[w.booked, w.ahead, w.behind, w.unbooked, w.observed, w.height].map(textOf),
    ...[w.hash, w.observedAt, textOf(w.unexplained), w.unexplainedSince, w.position],
  ],
  fromCells: (cells) => {
    const [chain, address, currency, brand = null, player = null, ...rest] = cells;
    const [booked, ahead, behind, unbooked, observed = null, height = null, ...seen] = rest;
    const [hash = null, observedAt = null, unexplained, unexplainedSince = null, position] = seen;
    return {
      ...{ chain: text(chain), address: text(address), currency: text(currency), brand, player },
      ...{ booked: amountIn(booked), ahead: amountIn(ahead), behind: amountIn(behind) },
      ...{ unbooked: amountIn(unbooked), unexplained: amountIn(unexplained) },
      observed: observed === null ? null : BigInt(observed),
      height: height === null ? null : Number(height),
      ...{ hash, observedAt, unexplainedSince, position: text(position) },
    };
  },
};

/** A deposit on its way, in one epoch. Changed in place. */
export interface OnItsWay {
  readonly deposit: string;
  readonly epoch: number;
  readonly address: string;
  readonly currency: string;
  readonly amount: bigint;
  /** Where it is to be booked: `none` is never booked. */
  readonly booking: string;
  booked: boolean;
  final: boolean;
}

export const ON_THEIR_WAY: KeyedTable<OnItsWay> = {
  table: 'wallet_deposits',
  columns: {
    ...{ deposit: 'text', epoch: 'int', address: 'text', currency: 'text', amount: 'numeric' },
    ...{ booking: 'text', booked: 'boolean', final: 'boolean' },
  },
  keyColumns: 2,
  toCells: (d) => [
    ...[d.deposit, `${d.epoch}`, d.address, d.currency, `${d.amount}`],
    ...[d.booking, `${d.booked}`, `${d.final}`],
  ],
  fromCells: ([deposit, epoch, address, currency, amount, booking, booked, final]) => ({
    ...{ deposit: text(deposit), epoch: Number(epoch), address: text(address) },
    ...{ currency: text(currency), amount: amountIn(amount), booking: text(booking) },
    ...{ booked: booked === 'true', final: final === 'true' },
  }),
};
