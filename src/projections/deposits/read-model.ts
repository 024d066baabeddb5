import type { Position } from '../../event-store.ts';
import type { DocumentFilter } from '../documents.ts';
import type { AsOf, Page, ReadOptions, WithTimeline } from '../read-models.ts';
import type { Way } from '../ways.ts';

/** Its status: detected, confirming, credited, final, orphaned, reversed, rejected. */
export interface DepositRow extends Way {
  readonly deposit: string;
  readonly chain: string;
  readonly txid: string;
  readonly brand: string | null;
  readonly player: string | null;
  readonly address: string;
  readonly from: string;
  readonly asset: string | null;
  readonly contract: string | null;
  readonly currency: string | null;
  readonly amount: string;
  /** Where it is booked to: player, capital, suspense, none. */
  readonly booking: string;
  /** Why it was rejected, or that a reorg took it away. */
  readonly reason: string | null;
  readonly epoch: number;
  readonly confirmations: number;
  readonly required: number;
  readonly blockHeight: number;
  readonly detectedAt: string;
  readonly position: Position;
}

export interface DepositReadModel {
  deposits(filter: DocumentFilter, options?: ReadOptions): Promise<AsOf<Page<DepositRow>>>;
  deposit(id: string, options?: ReadOptions): Promise<AsOf<WithTimeline<DepositRow> | undefined>>;
}
