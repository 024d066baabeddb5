import { type GameKind, stakelessReason } from './game-fields.ts';

/** A tombstone stands for what was rolled back before it came: its late original moves nothing. */
export const TRANSACTION_KINDS = [
  'bet',
  'win',
  ...stakelessReason.options,
  'rollback',
  'round-close',
  'tombstone',
] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

export const HOLD_STATUSES = ['held', 'released', 'settled'] as const;
export const DEPOSIT_STATUSES = ['credited', 'reversed'] as const;

/**
 * What a provider's transaction did, kept for ever: a repeat is answered from it. There are
 * millions, so all have one shape and hold nothing but scalars; text that there isn't is empty.
 */
export interface Transaction {
  readonly kind: TransactionKind;
  readonly revision: number;
  /** Balances right after it. */
  readonly available: bigint;
  readonly held: bigint;
  readonly round: string;
  readonly game: string;
  readonly gameKind: GameKind | '';
  /** The bet that a win named, the target of a rollback. */
  readonly reference: string;
  readonly amount: bigint;
  readonly rolledBack: boolean;
  /** Of a bet: how many wins name it and stand. */
  readonly wins: number;
}

/** It begins with its first bet; without that only a close can make one. */
export interface Round {
  readonly closed: boolean;
  /** How many of its bets stand. */
  readonly bets: number;
  /** How many wins stand that name no bet: each stands on every bet of the round. */
  readonly wins: number;
}

export interface Hold {
  readonly asset: string;
  readonly destination: string;
  readonly amount: bigint;
  readonly revision: number;
  /** Balances right after it was made. */
  readonly available: bigint;
  readonly held: bigint;
  readonly status: (typeof HOLD_STATUSES)[number];
}

export interface CreditedDeposit {
  readonly epoch: number;
  readonly amount: bigint;
  /** Of its credit. */
  readonly revision: number;
  readonly status: (typeof DEPOSIT_STATUSES)[number];
}

interface Key {
  readonly provider: string;
  readonly id: string;
  readonly key: string;
}

/** The two that were asked for last: deciding a command asks again and again for the same. */
let newest: Key = { provider: '', id: '', key: ' ' };
let other: Key = newest;

/**
 * The provider's namespace: two providers may use one id. Neither part can hold a space. Maps find
 * a text ten times as fast whose hash they have worked out before.
 */
export function keyOf(provider: string, id: string): string {
  if (newest.id === id && newest.provider === provider) return newest.key;
  if (other.id !== id || other.provider !== provider) {
    other = newest;
    newest = { provider, id, key: `${provider} ${id}` };
    return newest.key;
  }
  [newest, other] = [other, newest];
  return newest.key;
}
