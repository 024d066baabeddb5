import type { ProblemCode } from '../problems.ts';

type Codes = readonly ProblemCode[];

/** What each kind of game message may be answered with, beside what every one may. */
export const BET_PROBLEMS: Codes = [
  'insufficient-funds',
  'round-closed',
  'transaction-rolled-back',
  'session-not-found',
  'session-of-another-provider',
  'session-closed',
  'session-expired',
  'player-excluded',
  'loss-limit-reached',
  'stake-limit-reached',
  'deposit-limit-reached',
  'session-time-limit-reached',
];

export const WIN_PROBLEMS: Codes = [
  'round-not-found',
  'bet-not-found',
  'bet-rolled-back',
  'round-closed',
  'transaction-rolled-back',
  'amount-too-large',
];

export const CREDIT_PROBLEMS: Codes = [
  'round-closed',
  'transaction-rolled-back',
  'amount-too-large',
];

export const ROLLBACK_PROBLEMS: Codes = [
  'win-stands',
  'transaction-rolled-back',
  'rollback-of-rollback',
  'nothing-to-roll-back',
  'transaction-not-yours',
];

export const CLOSE_PROBLEMS: Codes = ['round-closed', 'transaction-rolled-back'];

export const GAME_PROBLEMS: Codes = ['player-not-found', 'currency-unknown', 'key-reused'];
