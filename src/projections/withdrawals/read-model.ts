import type { Position } from '../../event-store.ts';
import type { DocumentFilter } from '../documents.ts';
import type { AsOf, Page, ReadOptions, WithTimeline } from '../read-models.ts';
import type { Way } from '../ways.ts';

/** What the payer and the chain's node said of the payout, newest last. */
export interface PayoutAnswer {
  readonly position: Position;
  readonly time: string;
  /** broadcast, seen, orphaned, confirmed, reverted. */
  readonly answer: string;
  readonly block: { readonly height: number; readonly hash: string } | null;
}

export interface Payout {
  readonly wallet: string;
  readonly nonce: number;
  /** Null until it is signed. */
  readonly txid: string | null;
  /** What the signed terms can cost at most, in the chain's native coin. */
  readonly feeMost: string | null;
  readonly answers: readonly PayoutAnswer[];
}

/** Its status in the back office's own words: Requested, Under Review, Approved, Rejected, … */
export interface WithdrawalRow extends Way {
  readonly withdrawal: string;
  readonly brand: string;
  readonly player: string;
  readonly currency: string;
  readonly asset: string;
  readonly chain: string;
  readonly destination: string;
  readonly amount: string;
  readonly feeCap: string;
  /** Why it is where it is: of the review, or in the words of whoever decided. Null: no reason. */
  readonly reason: string | null;
  readonly contentHash: string;
  readonly requester: string;
  readonly approvals: number;
  readonly approvalsRequired: number;
  readonly txid: string | null;
  /** Paid to the chain, in its native coin. */
  readonly fee: string | null;
  readonly payout: Payout | null;
  readonly requestedAt: string;
  readonly position: Position;
}

/** As of the moment of the request. */
export interface RiskInQueue {
  readonly score: number;
  readonly outcome: string;
}

export type QueuedWithdrawal = WithdrawalRow & {
  /** Null: not assessed, or not yet. */
  readonly risk: RiskInQueue | null;
};

export interface WithdrawalFilter extends DocumentFilter {
  readonly outcome?: string;
  readonly minScore?: number;
}

export interface WithdrawalReadModel {
  withdrawals(
    filter: WithdrawalFilter,
    options?: ReadOptions,
  ): Promise<AsOf<Page<QueuedWithdrawal>>>;
  withdrawal(
    id: string,
    options?: ReadOptions,
  ): Promise<AsOf<WithTimeline<QueuedWithdrawal> | undefined>>;
}
