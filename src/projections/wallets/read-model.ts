import type { Position } from '../../event-store.ts';
import type { AsOf, Page, PageRequest, ReadOptions } from '../read-models.ts';

/** One address of ours in one currency. Amounts are signed where they can be below zero. */
export interface WalletRow {
  readonly chain: string;
  readonly address: string;
  readonly currency: string;
  /** Whose deposit address; null: a wallet of the house. */
  readonly brand: string | null;
  readonly player: string | null;
  /** The ledger's custody account. */
  readonly booked: string;
  /** What the chain said at a final block; null: never anything. */
  readonly observed: {
    readonly amount: string;
    readonly block: { readonly height: number; readonly hash: string };
    readonly time: string;
  } | null;
  /** Observed less booked. */
  readonly difference: string;
  /** Of the difference: booked before it was final, final before it was booked, never booked. */
  readonly ahead: string;
  readonly behind: string;
  readonly unbooked: string;
  /** What is left of it: zero when the books are right. */
  readonly unexplained: string;
  readonly unexplainedSince: string | null;
  readonly position: Position;
}

export interface WalletFilter extends PageRequest {
  readonly chain?: string;
  readonly address?: string;
  readonly currency?: string;
  readonly brand?: string;
  readonly player?: string;
  /** Only where something is unexplained. */
  readonly onlyUnexplained?: boolean;
}

export interface WalletReadModel {
  /** By chain, address and currency. */
  wallets(filter: WalletFilter, options?: ReadOptions): Promise<AsOf<Page<WalletRow>>>;
}
