import { unreachable } from '../decider.ts';
import type { GameKind } from './game-fields.ts';
import { keyOf, type Round, type TransactionKind } from './records.ts';
import type { AccountState, Of } from './state.ts';

export type GameEvent = Of<
  | 'BetDebited'
  | 'WinCredited'
  | 'StakelessCredited'
  | 'BetRolledBack'
  | 'WinRolledBack'
  | 'StakelessRolledBack'
  | 'RollbackTombstoned'
  | 'RoundClosed'
>;

export function evolveGame(state: AccountState, event: GameEvent, revision: number): void {
  switch (event.type) {
    case 'BetDebited': {
      const { provider, transaction, round, game, gameKind } = event.data;
      const amount = BigInt(event.data.amount);
      state.available -= amount;
      begunRound(state, provider, round).bets++;
      const content = { round, game, gameKind, amount };
      record(state, keyOf(provider, transaction), 'bet', revision, content);
      return;
    }
    case 'WinCredited':
      creditWin(state, event, revision);
      return;
    case 'StakelessCredited': {
      const { provider, transaction, reason, gameKind } = event.data;
      const [round, game] = [event.data.round ?? '', event.data.game ?? ''];
      const amount = BigInt(event.data.amount);
      state.available += amount;
      const content = { round, game, gameKind, amount };
      record(state, keyOf(provider, transaction), reason, revision, content);
      return;
    }
    case 'BetRolledBack':
    case 'WinRolledBack':
    case 'StakelessRolledBack': {
      const { provider, transaction, target: reference } = event.data;
      rollBack(state, event);
      record(state, keyOf(provider, transaction), 'rollback', revision, { reference });
      return;
    }
    case 'RollbackTombstoned': {
      const { provider, transaction, target: reference } = event.data;
      if (reference !== transaction) {
        record(state, keyOf(provider, reference), 'tombstone', revision, {});
      }
      record(state, keyOf(provider, transaction), 'rollback', revision, { reference });
      return;
    }
    case 'RoundClosed': {
      const { provider, transaction, round } = event.data;
      begunRound(state, provider, round).closed = true;
      record(state, keyOf(provider, transaction), 'round-close', revision, { round });
      return;
    }
    default:
      unreachable(event);
  }
}

interface Content {
  readonly round?: string;
  readonly game?: string;
  readonly gameKind?: GameKind | '';
  readonly reference?: string;
  readonly amount?: bigint;
}

/** After the balances have moved. */
function record(
  state: AccountState,
  key: string,
  kind: TransactionKind,
  revision: number,
  { round = '', game = '', gameKind = '', reference = '', amount = 0n }: Content,
): void {
  const { available, held } = state;
  state.transactions.add(key, {
    kind,
    revision,
    available,
    held,
    round,
    game,
    gameKind,
    reference,
    amount,
    rolledBack: false,
    wins: 0,
  });
}

function creditWin(state: AccountState, { data }: Of<'WinCredited'>, revision: number): void {
  const { provider, transaction, round, game, gameKind, bet } = data;
  const amount = BigInt(data.amount);
  state.available += amount;
  countWin(state, provider, round, bet ?? '', 1);
  const content = { round, game, gameKind, reference: bet ?? '', amount };
  record(state, keyOf(provider, transaction), 'win', revision, content);
}

/** A win that names its bet is counted there, one that names none in its round. */
function countWin(
  state: AccountState,
  provider: string,
  round: string,
  bet: string,
  change: 1 | -1,
): void {
  const counted =
    bet === ''
      ? state.rounds.change(keyOf(provider, round))
      : state.transactions.change(keyOf(provider, bet));
  if (counted) counted.wins += change;
}

function rollBack(
  state: AccountState,
  event: Of<'BetRolledBack' | 'WinRolledBack' | 'StakelessRolledBack'>,
): void {
  const { provider, target } = event.data;
  const amount = BigInt(event.data.amount);
  const original = state.transactions.change(keyOf(provider, target));
  if (original) original.rolledBack = true;
  if (event.type === 'BetRolledBack') {
    state.available += amount;
    const round = state.rounds.change(keyOf(provider, event.data.round));
    if (round) round.bets--;
    return;
  }
  const receivable = BigInt(event.data.receivable);
  state.available -= amount - receivable;
  state.receivable += receivable;
  if (event.type === 'WinRolledBack') {
    countWin(state, provider, event.data.round, original?.reference ?? '', -1);
  }
}

function begunRound(state: AccountState, provider: string, round: string): Round {
  const key = keyOf(provider, round);
  return state.rounds.change(key) ?? state.rounds.add(key, { closed: false, bets: 0, wins: 0 });
}
