import type { WithdrawalRequest } from './events.ts';

interface BlockPoint {
  readonly height: number;
  readonly hash: string;
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
}

export type ReviewCommand =
  | { readonly type: 'RequestWithdrawal'; readonly request: WithdrawalRequest }
  | { readonly type: 'RecordVerification'; readonly checks: readonly Check[] }
  | {
      readonly type: 'PutUnderReview';
      readonly approvalsRequired: number;
      readonly policyVersion: number;
    }
  | {
      readonly type: 'ApproveWithdrawal';
      readonly approver: string;
      /** Of what the approver saw. */
      readonly contentHash: string;
      readonly expiresAt: string;
    }
  | { readonly type: 'RejectWithdrawal'; readonly rejecter: string; readonly reason: string };

/** What stops a withdrawal before anybody pays it, or lets it go on. */
export type StopCommand =
  | { readonly type: 'CancelWithdrawal'; readonly canceller: string; readonly reason: string }
  | { readonly type: 'PutOnHold'; readonly holder: string; readonly reason: string }
  | { readonly type: 'TakeOffHold'; readonly releaser: string; readonly reason: string };

export type PayoutCommand =
  | { readonly type: 'ReturnExpiredToReview'; readonly now: string }
  | { readonly type: 'AllocatePayout'; readonly wallet: string; readonly nonce: number }
  | {
      readonly type: 'RecordSignature';
      readonly txid: string;
      readonly raw: string;
      readonly fee: { readonly most: string; readonly terms: Readonly<Record<string, string>> };
    }
  | { readonly type: 'RecordBroadcast' }
  | { readonly type: 'RecordSeen'; readonly block: BlockPoint }
  | { readonly type: 'RecordOrphaned'; readonly block: BlockPoint }
  | {
      readonly type: 'RecordOutcome';
      readonly block: BlockPoint;
      readonly succeeded: boolean;
      readonly fee: string;
    }
  | { readonly type: 'CloseWithdrawal' };

export type WithdrawalCommand = ReviewCommand | StopCommand | PayoutCommand;
