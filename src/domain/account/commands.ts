import type { AccountRef } from '../ids.ts';
import type { PlayCommand } from '../play/commands.ts';
import type { NetworkFee } from './events.ts';
import type { AuditData, GameKind, StakelessReason } from './game-fields.ts';

interface ToAccount {
  readonly account: AccountRef;
}

interface FromProvider extends ToAccount {
  readonly provider: string;
  /** The provider's own id of this message: with `provider` the key, for ever. */
  readonly transaction: string;
  /** Kept for audit; no part of the meaning. */
  readonly data: AuditData;
}

export interface PlaceBet extends FromProvider {
  readonly type: 'PlaceBet';
  /** The hash of the token that it showed. */
  readonly session: string;
  readonly round: string;
  readonly game: string;
  readonly gameKind: GameKind;
  readonly amount: bigint;
}

export interface CreditWin extends FromProvider {
  readonly type: 'CreditWin';
  readonly round: string;
  readonly game: string;
  readonly gameKind: GameKind;
  readonly bet: string | null;
  readonly amount: bigint;
}

/** Money that needs no bet: a promotion, a tournament's prize, the win of a free round. */
export interface CreditStakeless extends FromProvider {
  readonly type: 'CreditStakeless';
  readonly reason: StakelessReason;
  readonly round: string | null;
  readonly game: string | null;
  readonly gameKind: GameKind;
  readonly amount: bigint;
}

export interface RollBack extends FromProvider {
  readonly type: 'RollBack';
  /** The transaction to undo. Its own amount is what counts, whatever the message says. */
  readonly target: string;
}

export interface CloseRound extends FromProvider {
  readonly type: 'CloseRound';
  readonly round: string;
}

export type GameCommand = PlaceBet | CreditWin | CreditStakeless | RollBack | CloseRound;

/** Messages of one provider to one account, all or none: the first refusal refuses them all. */
export interface Batch extends ToAccount {
  readonly type: 'Batch';
  readonly provider: string;
  /** 1 to 100, each for this account and of this provider. */
  readonly commands: readonly GameCommand[];
}

export interface CreditDeposit extends ToAccount {
  readonly type: 'CreditDeposit';
  readonly deposit: string;
  readonly epoch: number;
  readonly chain: string;
  readonly address: string;
  readonly asset: string;
  readonly txid: string;
  readonly amount: bigint;
}

export interface ReverseDeposit extends ToAccount {
  readonly type: 'ReverseDeposit';
  readonly deposit: string;
  readonly epoch: number;
  readonly chain: string;
  readonly address: string;
}

export type DepositCommand = CreditDeposit | ReverseDeposit;

export interface HoldWithdrawal extends ToAccount {
  readonly type: 'HoldWithdrawal';
  readonly withdrawal: string;
  readonly asset: string;
  readonly chain: string;
  readonly destination: string;
  readonly key: string;
  readonly amount: bigint;
}

export interface ReleaseHold extends ToAccount {
  readonly type: 'ReleaseHold';
  readonly withdrawal: string;
  readonly reason: 'rejected' | 'cancelled' | 'reverted' | 'key-reused';
  readonly networkFee: NetworkFee | null;
}

export interface SettleHold extends ToAccount {
  readonly type: 'SettleHold';
  readonly withdrawal: string;
  readonly chain: string;
  readonly address: string;
  readonly txid: string;
  readonly networkFee: NetworkFee | null;
}

export type HoldCommand = HoldWithdrawal | ReleaseHold | SettleHold;

export type AccountCommand = GameCommand | Batch | DepositCommand | HoldCommand | PlayCommand;
