import { unreachable } from '../decider.ts';
import type { GameKind } from './game-fields.ts';
import { keyOf, type Round, type Transaction, type TransactionKind } from './records.ts';
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

const NEW_ROUND: Round = { closed: false, bets: 0, wins: 0 };

const withBet = ({ closed, bets, wins }: Round): Round => ({ closed, bets: bets + 1, wins });
const closed = ({ bets, wins }: Round): Round => ({ closed: true, bets, wins });

export function evolveGame(state: AccountState, event: GameEvent, revision: number): void {
  switch (event.type) {
    case 'BetDebited': {
      const { provider, transaction, round, game, gameKind } = event.data;
      const amount = BigInt(event.data.amount);
      state.available -= amount;
      inRound(state, provider, round, withBet);
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
      inRound(state, provider, round, closed);
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

/** Written out: V8 takes five times as long to spread an object that is frozen. */
function withFate(original: Transaction, rolledBack: boolean, wins: number): Transaction {
  const { kind, revision, available, held, round, game, gameKind, reference, amount } = original;
  return {
    kind,
    revision,
    available,
    held,
    round,
    game,
    gameKind,
    reference,
    amount,
    rolledBack,
    wins,
  };
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
  if (bet === '') {
    state.rounds.change(keyOf(provider, round), (whole) => ({
      ...whole,
      wins: whole.wins + change,
    }));
    return;
  }
  state.transactions.change(keyOf(provider, bet), (named) =>
    withFate(named, named.rolledBack, named.wins + change),
  );
}

function rollBack(
  state: AccountState,
  event: Of<'BetRolledBack' | 'WinRolledBack' | 'StakelessRolledBack'>,
): void {
  const { provider, target } = event.data;
  const amount = BigInt(event.data.amount);
  const original = state.transactions.change(keyOf(provider, target), (record) =>
    withFate(record, true, record.wins),
  );
  if (event.type === 'BetRolledBack') {
    state.available += amount;
    state.rounds.change(keyOf(provider, event.data.round), (round) => ({
      ...round,
      bets: round.bets - 1,
    }));
    return;
  }
  const receivable = BigInt(event.data.receivable);
  state.available -= amount - receivable;
  state.receivable += receivable;
  if (event.type === 'WinRolledBack') {
    countWin(state, provider, event.data.round, original?.reference ?? '', -1);
  }
}

/** Begins it, if it isn't there. */
function inRound(
  state: AccountState,
  provider: string,
  name: string,
  change: (round: Round) => Round,
): void {
  const key = keyOf(provider, name);
  state.rounds.add(key, change(state.rounds.get(key) ?? NEW_ROUND));
}
