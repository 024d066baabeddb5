import { unreachable } from '../decider.ts';
import type { AccountRef } from '../ids.ts';
import type { AccountEvent } from './events.ts';
import type { StakelessReason } from './game-fields.ts';

/** What a provider's transaction did, kept for ever: a repeat is answered from it. */
export interface Transaction {
  readonly kind: 'bet' | 'win' | StakelessReason | 'rollback' | 'round-close';
  /** The meaning of the message: the same key with another one is refused. */
  readonly meaning: string;
  readonly revision: number;
  /** Balances right after it. */
  readonly available: bigint;
  readonly held: bigint;
  readonly round: string;
  readonly amount: bigint;
  rolledBack: boolean;
}

export interface Round {
  closed: boolean;
  /** Transaction ids of the bets that stand. */
  readonly bets: Set<string>;
  /** Wins that stand, with the bet that each one named. */
  readonly wins: Map<string, string | null>;
}

export interface Hold {
  readonly meaning: string;
  readonly amount: bigint;
  readonly revision: number;
  readonly available: bigint;
  readonly held: bigint;
  status: 'held' | 'released' | 'settled';
}

export interface CreditedDeposit {
  readonly epoch: number;
  readonly amount: bigint;
  status: 'credited' | 'reversed';
}

export interface AccountState {
  ref: AccountRef | null;
  available: bigint;
  held: bigint;
  /** Owed by the player after a reversal: while above zero, nothing can be withdrawn. */
  receivable: bigint;
  /** By `<provider> <transaction>`. */
  readonly transactions: Map<string, Transaction>;
  /** Targets of rollbacks that came first, by `<provider> <transaction>`. */
  readonly tombstones: Set<string>;
  /** By `<provider> <round>`. */
  readonly rounds: Map<string, Round>;
  readonly holds: Map<string, Hold>;
  readonly deposits: Map<string, CreditedDeposit>;
}

export function initialState(): AccountState {
  return {
    ref: null,
    available: 0n,
    held: 0n,
    receivable: 0n,
    transactions: new Map(),
    tombstones: new Set(),
    rounds: new Map(),
    holds: new Map(),
    deposits: new Map(),
  };
}

export const keyOf = (provider: string, id: string) => `${provider} ${id}`;

/** What a message means, apart from its key: kind, round, game, amount, reference. */
export const meaningOf = (...parts: readonly (string | bigint | null)[]) =>
  parts.map((part) => (part === null ? '' : String(part))).join(' ');

export function evolve(state: AccountState, event: AccountEvent, revision: number): AccountState {
  switch (event.type) {
    case 'AccountOpened': {
      const { brand, player, currency } = event.data;
      state.ref = { brand, player, currency };
      return state;
    }
    case 'DepositCredited':
    case 'DepositReversed':
      return evolveDeposit(state, event);
    case 'BetDebited':
    case 'WinCredited':
    case 'StakelessCredited':
    case 'BetRolledBack':
    case 'WinRolledBack':
    case 'StakelessRolledBack':
    case 'RollbackTombstoned':
    case 'RoundClosed':
      return evolveGame(state, event, revision);
    case 'WithdrawalHeld':
    case 'HoldReleased':
    case 'HoldSettled':
      return evolveHold(state, event, revision);
    default:
      return unreachable(event);
  }
}

type Of<Type extends AccountEvent['type']> = Extract<AccountEvent, { type: Type }>;

function evolveDeposit(
  state: AccountState,
  { type, data }: Of<'DepositCredited' | 'DepositReversed'>,
): AccountState {
  const amount = BigInt(data.amount);
  if (type === 'DepositCredited') {
    const repaid = BigInt(data.repaid);
    state.available += amount - repaid;
    state.receivable -= repaid;
    state.deposits.set(data.deposit, { epoch: data.epoch, amount, status: 'credited' });
  } else {
    const receivable = BigInt(data.receivable);
    state.available -= amount - receivable;
    state.receivable += receivable;
    state.deposits.set(data.deposit, { epoch: data.epoch, amount, status: 'reversed' });
  }
  return state;
}

type GameEvent = Of<
  | 'BetDebited'
  | 'WinCredited'
  | 'StakelessCredited'
  | 'BetRolledBack'
  | 'WinRolledBack'
  | 'StakelessRolledBack'
  | 'RollbackTombstoned'
  | 'RoundClosed'
>;

function evolveGame(state: AccountState, event: GameEvent, revision: number): AccountState {
  const { provider, transaction } = event.data;
  const record = (kind: Transaction['kind'], meaning: string, round: string, amount = 0n) =>
    state.transactions.set(keyOf(provider, transaction), {
      kind,
      meaning,
      revision,
      available: state.available,
      held: state.held,
      round,
      amount,
      rolledBack: false,
    });
  switch (event.type) {
    case 'BetDebited': {
      const { round, game } = event.data;
      const amount = BigInt(event.data.amount);
      state.available -= amount;
      roundOf(state, provider, round).bets.add(transaction);
      record('bet', meaningOf('bet', round, game, amount), round, amount);
      return state;
    }
    case 'WinCredited': {
      const { round, game, bet } = event.data;
      const amount = BigInt(event.data.amount);
      state.available += amount;
      roundOf(state, provider, round).wins.set(transaction, bet);
      record('win', meaningOf('win', round, game, amount, bet), round, amount);
      return state;
    }
    case 'StakelessCredited': {
      const { reason, round, game } = event.data;
      const amount = BigInt(event.data.amount);
      state.available += amount;
      record(reason, meaningOf(reason, round, game, amount), round ?? '', amount);
      return state;
    }
    case 'BetRolledBack':
    case 'WinRolledBack':
      rollBack(state, event);
      record('rollback', meaningOf('rollback', event.data.target), event.data.round);
      return state;
    case 'StakelessRolledBack':
      rollBack(state, event);
      record('rollback', meaningOf('rollback', event.data.target), '');
      return state;
    case 'RollbackTombstoned':
      state.tombstones.add(keyOf(provider, event.data.target));
      record('rollback', meaningOf('rollback', event.data.target), '');
      return state;
    case 'RoundClosed':
      roundOf(state, provider, event.data.round).closed = true;
      record('round-close', meaningOf('round-close', event.data.round), event.data.round);
      return state;
    default:
      return unreachable(event);
  }
}

function rollBack(
  state: AccountState,
  event: Of<'BetRolledBack' | 'WinRolledBack' | 'StakelessRolledBack'>,
): void {
  const { provider, target } = event.data;
  const amount = BigInt(event.data.amount);
  if (event.type === 'BetRolledBack') {
    state.available += amount;
    roundOf(state, provider, event.data.round).bets.delete(target);
  } else {
    const receivable = BigInt(event.data.receivable);
    state.available -= amount - receivable;
    state.receivable += receivable;
    if (event.type === 'WinRolledBack') {
      roundOf(state, provider, event.data.round).wins.delete(target);
    }
  }
  const original = state.transactions.get(keyOf(provider, target));
  if (original) original.rolledBack = true;
}

function roundOf(state: AccountState, provider: string, round: string): Round {
  const key = keyOf(provider, round);
  let found = state.rounds.get(key);
  if (!found) {
    found = { closed: false, bets: new Set(), wins: new Map() };
    state.rounds.set(key, found);
  }
  return found;
}

function evolveHold(
  state: AccountState,
  { type, data }: Of<'WithdrawalHeld' | 'HoldReleased' | 'HoldSettled'>,
  revision: number,
): AccountState {
  const amount = BigInt(data.amount);
  if (type === 'WithdrawalHeld') {
    state.available -= amount;
    state.held += amount;
    state.holds.set(data.withdrawal, {
      meaning: meaningOf(data.asset, data.destination, amount),
      amount,
      revision,
      available: state.available,
      held: state.held,
      status: 'held',
    });
    return state;
  }
  state.held -= amount;
  if (type === 'HoldReleased') state.available += amount;
  const hold = state.holds.get(data.withdrawal);
  if (hold) hold.status = type === 'HoldReleased' ? 'released' : 'settled';
  return state;
}
