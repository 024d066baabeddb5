import { describe, it } from 'vitest';
import type { AccountEvent } from '../../../src/domain/account/events.ts';
import {
  account,
  bet,
  betRolledBack,
  byOther,
  closed,
  closeRound,
  credited,
  creditStakeless,
  creditWin,
  given,
  held,
  ofOther,
  opened,
  placeBet,
  rollBack,
  stakeless,
  tombstone,
  win,
  winRolledBack,
} from './messages.ts';

const rich = [opened, credited('100')];

describe('a rollback of a bet', () => {
  it("gives back the original's amount: a message has none to say", () =>
    given(...rich, bet('b-1', '40'))
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(betRolledBack('x-1', 'b-1', '40')));

  it("says which game and kind its target's were, as reports book it there", () => {
    const slot = { game: 'book-of-ra', gameKind: 'slot' };
    given(...rich, bet('b-1', '40', slot))
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(betRolledBack('x-1', 'b-1', '40', 'r-1', slot));
  });

  it('L5 refunds at most once: a repeat is a repeat, another one is refused', () => {
    const history = given(...rich, bet('b-1', '4'), betRolledBack('x-1', 'b-1', '4'));
    history.when(rollBack('x-1', 'b-1')).thenRepeat();
    history.when(rollBack('x-2', 'b-1')).thenRefused('transaction-rolled-back', { target: 'b-1' });
  });

  it('leaves the other bets of its round', () =>
    given(...rich, bet('b-1', '4'), bet('b-2', '5'), betRolledBack('x-1', 'b-1', '4'))
      .when(rollBack('x-2', 'b-2'))
      .thenAccepts(betRolledBack('x-2', 'b-2', '5')));

  it("L7 never refunds a stake whose win stands, named or not, but another bet's", () => {
    const bets = [...rich, bet('b-1', '4'), bet('b-2', '5')];
    given(...bets, win('w-1', '8', 'b-1'))
      .when(rollBack('x-1', 'b-1'))
      .thenRefused('win-stands', { target: 'b-1' });
    given(...bets, win('w-1', '8', 'b-1'))
      .when(rollBack('x-1', 'b-2'))
      .thenAccepts(betRolledBack('x-1', 'b-2', '5'));
    given(...bets, win('w-1', '8'))
      .when(rollBack('x-1', 'b-2'))
      .thenRefused('win-stands');
  });

  it('L7 refunds it when every win on it is undone', () => {
    const bets = [...rich, bet('b-1', '4'), win('w-1', '8', 'b-1'), win('w-2', '8')];
    given(...bets, winRolledBack('x-1', 'w-1', '8'))
      .when(rollBack('x-3', 'b-1'))
      .thenRefused('win-stands');
    given(...bets, winRolledBack('x-1', 'w-1', '8'), winRolledBack('x-2', 'w-2', '8'))
      .when(rollBack('x-3', 'b-1'))
      .thenAccepts(betRolledBack('x-3', 'b-1', '4'));
  });
});

describe('L7 a rollback that comes first', () => {
  it('leaves a tombstone and moves no money', () => {
    given(...rich)
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(tombstone('x-1', 'b-1'));
    given().when(rollBack('x-1', 'b-1')).thenAccepts(opened, tombstone('x-1', 'b-1'));
  });

  const history = given(...rich, bet('b-0', '1'), tombstone('x-1', 'late'));

  it('has its late original answered without moving money, whatever that is', () => {
    const late = 'transaction-rolled-back';
    history.when(placeBet('late', 4n)).thenRefused(late, { provider: 'acme', transaction: 'late' });
    history.when(creditWin('late', 4n)).thenRefused(late);
    history.when(creditStakeless('late', 4n)).thenRefused(late);
    history.when(rollBack('late', 'b-0')).thenRefused(late);
    history.when(closeRound('late')).thenRefused(late);
  });

  it('L5 is the only one of its target', () => {
    history.when(rollBack('x-1', 'late')).thenRepeat();
    history.when(rollBack('x-2', 'late')).thenRefused('transaction-rolled-back');
  });

  it("leaves another provider's transaction with that id alone", () =>
    history.when({ ...placeBet('late', 4n), ...byOther }).thenAccepts(bet('late', '4', ofOther)));
});

describe('a rollback of a win', () => {
  const won = [opened, credited('4'), bet('b-1', '4'), win('w-1', '8', 'b-1')];

  it('takes it back', () =>
    given(...won)
      .when(rollBack('x-1', 'w-1'))
      .thenAccepts(winRolledBack('x-1', 'w-1', '8')));

  it('L3 that was spent is owed: never a silent loss, never a balance below zero', () => {
    given(...won, held('6'))
      .when(rollBack('x-1', 'w-1'))
      .thenAccepts(winRolledBack('x-1', 'w-1', '8', '6'));
    given(...won, bet('b-2', '8'))
      .when(rollBack('x-1', 'w-1'))
      .thenAccepts(winRolledBack('x-1', 'w-1', '8', '8'));
  });

  it('L5 takes it back once', () =>
    given(...won, winRolledBack('x-1', 'w-1', '8'))
      .when(rollBack('x-2', 'w-1'))
      .thenRefused('transaction-rolled-back'));
});

describe('a rollback is refused', () => {
  it('of a rollback, also of one that came first, and of itself', () => {
    given(...rich, bet('b-1', '4'), betRolledBack('x-1', 'b-1', '4'))
      .when(rollBack('x-2', 'x-1'))
      .thenRefused('rollback-of-rollback', { target: 'x-1' });
    given(...rich, tombstone('x-1', 'b-1'))
      .when(rollBack('x-2', 'x-1'))
      .thenRefused('rollback-of-rollback');
    given(...rich)
      .when(rollBack('x-1', 'x-1'))
      .thenRefused('rollback-of-rollback');
  });

  it('of the close of a round, which moved no money', () =>
    given(...rich, closed())
      .when(rollBack('x-1', 'c-1'))
      .thenRefused('nothing-to-roll-back'));

  it("of another provider's transaction: that one was never seen, and stays", () => {
    const theirs = { ...rollBack('x-1', 'b-1'), provider: 'other' };
    const mark = { ...account, provider: 'other', transaction: 'x-1', target: 'b-1', data: {} };
    given(...rich, bet('b-1', '4'))
      .when(theirs)
      .thenAccepts({ type: 'RollbackTombstoned', data: mark });
    given(...rich, bet('b-1', '4'), { type: 'RollbackTombstoned', data: mark })
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(betRolledBack('x-1', 'b-1', '4'));
  });
});

describe('money without a stake', () => {
  it('is credited for a promotion, a tournament or a free round, without any bet', () => {
    for (const reason of ['promotion', 'tournament', 'free-round'] as const) {
      given(...rich)
        .when(creditStakeless('s-1', 9n, reason))
        .thenAccepts(stakeless('s-1', '9', reason));
    }
    given().when(creditStakeless('s-1', 9n)).thenAccepts(opened, stakeless('s-1', '9'));
  });

  it('may belong to a round, and opens none', () => {
    given(...rich)
      .when(creditStakeless('s-1', 9n, 'free-round', 'r-1'))
      .thenAccepts(stakeless('s-1', '9', 'free-round', 'r-1'));
    given(...rich, stakeless('s-1', '9', 'free-round', 'r-1'))
      .when(creditWin('w-1', 5n))
      .thenRefused('round-not-found');
  });

  const undone = (receivable: string): AccountEvent => ({
    type: 'StakelessRolledBack',
    data: {
      ...{ ...account, provider: 'acme', transaction: 'x-1', target: 's-1', data: {} },
      ...{ reason: 'promotion', game: null, gameKind: 'other', amount: '9', receivable },
    },
  });

  it('L3 is rolled back like a win: what was spent of it is owed', () => {
    given(opened, stakeless('s-1', '9')).when(rollBack('x-1', 's-1')).thenAccepts(undone('0'));
    given(opened, stakeless('s-1', '9'), bet('b-1', '7'))
      .when(rollBack('x-1', 's-1'))
      .thenAccepts(undone('7'));
    given(opened, stakeless('s-1', '9'), undone('0'))
      .when(rollBack('x-2', 's-1'))
      .thenRefused('transaction-rolled-back');
  });

  it('stands on no bet: the stake of its round can be refunded', () =>
    given(...rich, bet('b-1', '4'), stakeless('s-1', '9', 'free-round', 'r-1'))
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(betRolledBack('x-1', 'b-1', '4')));
});
