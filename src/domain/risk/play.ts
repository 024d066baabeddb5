import type { GameKind } from '../account/game-fields.ts';
import { type Cadence, newCadence, noteBet } from './cadence.ts';
import { count, newTrail, placeOf, type Trail } from './windows.ts';

/** What is remembered of a player's play and money: bounded, whatever they do. */
export interface Play {
  /** Ever placed. */
  bets: number;
  readonly cadence: Cadence;
  /** By currency. */
  readonly accounts: Map<string, AccountPlay>;
}

export interface AccountPlay {
  readonly trail: Trail;
  /** 0: never. */
  lastDepositMs: number;
  lastWithdrawalMs: number;
  /** From the last credit to the newest request; null when there was none before it. */
  minutesToWithdrawal: number | null;
}

export const newPlay = (): Play => ({ bets: 0, cadence: newCadence(), accounts: new Map() });

export function accountOf({ accounts }: Play, currency: string): AccountPlay {
  const known = accounts.get(currency);
  if (known !== undefined) return known;
  const made: AccountPlay = {
    ...{ trail: newTrail(), lastDepositMs: 0, lastWithdrawalMs: 0 },
    minutesToWithdrawal: null,
  };
  accounts.set(currency, made);
  return made;
}

/** So that whoever bets fast is looked at often, and a bet costs next to nothing. */
const BETS_BETWEEN = 50;

/** True where so many were placed that the player should be looked at anew. */
export function countBet(
  play: Play,
  currency: string,
  kind: GameKind,
  amount: bigint,
  timeMs: number,
): boolean {
  const place = placeOf(kind);
  noteBet(play.cadence, timeMs);
  count(accountOf(play, currency).trail, timeMs, (tally) => {
    tally.bets++;
    tally.stakes[place] = (tally.stakes[place] ?? 0n) + amount;
  });
  play.bets++;
  return play.bets % BETS_BETWEEN === 0;
}

export function countRefund(
  play: Play,
  currency: string,
  kind: GameKind | null,
  amount: bigint,
  timeMs: number,
): void {
  count(accountOf(play, currency).trail, timeMs, (tally) => {
    if (kind === null) tally.refunds += amount;
    else tally.stakes[placeOf(kind)] = (tally.stakes[placeOf(kind)] ?? 0n) - amount;
  });
}

/** Below zero: taken back. */
export function countWin(play: Play, currency: string, amount: bigint, timeMs: number): void {
  count(accountOf(play, currency).trail, timeMs, (tally) => {
    tally.wins += amount;
  });
}

export function countBonus(play: Play, currency: string, amount: bigint, timeMs: number): void {
  count(accountOf(play, currency).trail, timeMs, (tally) => {
    tally.bonus += amount;
  });
}

export function countDeposit(play: Play, currency: string, amount: bigint, timeMs: number): void {
  const account = accountOf(play, currency);
  account.lastDepositMs = Math.max(account.lastDepositMs, timeMs);
  count(account.trail, timeMs, (tally) => {
    tally.deposits++;
    tally.deposited += amount;
  });
}

/** The chain took it back: it was a deposit all the same, of nothing. */
export function countReversal(play: Play, currency: string, amount: bigint, timeMs: number): void {
  count(accountOf(play, currency).trail, timeMs, (tally) => {
    tally.deposited -= amount;
  });
}

const MINUTE_MS = 60_000;

export function countWithdrawal(
  play: Play,
  currency: string,
  isNewDestination: boolean,
  timeMs: number,
): void {
  const account = accountOf(play, currency);
  const sinceMs = Math.max(timeMs - account.lastDepositMs, 0);
  account.lastWithdrawalMs = timeMs;
  account.minutesToWithdrawal =
    account.lastDepositMs === 0 ? null : Math.floor(sinceMs / MINUTE_MS);
  count(account.trail, timeMs, (tally) => {
    tally.withdrawals++;
    if (isNewDestination) tally.newDestinations++;
  });
}
