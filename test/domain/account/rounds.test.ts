import { describe, it } from 'vitest';
import {
  bet,
  betRolledBack,
  byOther,
  closed,
  closeRound,
  credited,
  creditStakeless,
  creditWin,
  given,
  ofOther,
  opened,
  placeBet,
  reversed,
  rollBack,
  session,
  tombstone,
  win,
} from './messages.ts';

const rich = [opened, credited('100')];

describe('a bet', () => {
  it('debits the stake', () =>
    given(...rich)
      .when(placeBet('b-1', 40n))
      .thenAccepts(bet('b-1', '40')));

  it('carries kind of game, session and data into its event', () => {
    const change = { gameKind: 'crash', data: { rate: '1.02' } } as const;
    given(...rich)
      .when({ ...placeBet('b-1', 40n), ...change })
      .thenAccepts(bet('b-1', '40', { ...change, session }));
  });

  it('begins a round, and several stand in one', () =>
    given(...rich, bet('b-1', '40'))
      .when(placeBet('b-2', 40n))
      .thenAccepts(bet('b-2', '40')));
});

describe('rounds', () => {
  it('interleave', () => {
    const history = given(...rich, bet('b-1', '1'), bet('b-2', '2', { round: 'r-2' }));
    history.when(creditWin('w-1', 5n, 'b-1')).thenAccepts(win('w-1', '5', 'b-1'));
    history
      .when({ ...creditWin('w-1', 5n, 'b-2'), round: 'r-2' })
      .thenAccepts(win('w-1', '5', 'b-2', { round: 'r-2' }));
    history.when(creditWin('w-1', 5n, 'b-2')).thenRefused('bet-not-found');
  });

  it('closed leave others open', () =>
    given(...rich, bet('b-1', '1'), bet('b-2', '2', { round: 'r-2' }), closed('c-2', 'r-2'))
      .when(creditWin('w-1', 5n))
      .thenAccepts(win('w-1', '5')));
});

describe('a win', () => {
  it('names its round, and optionally its bet', () => {
    const history = given(...rich, bet('b-1', '40'));
    history.when(creditWin('w-1', 90n, 'b-1')).thenAccepts(win('w-1', '90', 'b-1'));
    history.when(creditWin('w-1', 90n)).thenAccepts(win('w-1', '90'));
  });

  it('may be one of several in its round', () => {
    const history = given(...rich, bet('b-1', '4'), bet('b-2', '4'), win('w-1', '9', 'b-1'));
    history.when(creditWin('w-2', 9n, 'b-1')).thenAccepts(win('w-2', '9', 'b-1'));
    history.when(creditWin('w-2', 9n, 'b-2')).thenAccepts(win('w-2', '9', 'b-2'));
    history.when(creditWin('w-2', 9n)).thenAccepts(win('w-2', '9'));
  });

  it('is refused where there is no open bet', () => {
    given(...rich)
      .when(creditWin('w-1', 5n))
      .thenRefused('round-not-found', { round: 'r-1' });
    given(...rich)
      .when(creditWin('w-1', 5n, 'b-1'))
      .thenRefused('round-not-found');
    given(...rich, bet('b-1', '40'))
      .when(creditWin('w-1', 5n, 'b-2'))
      .thenRefused('bet-not-found', { bet: 'b-2' });
  });

  it('is refused on what is no bet', () =>
    given(...rich, bet('b-1', '40'), win('w-1', '5'))
      .when(creditWin('w-2', 5n, 'w-1'))
      .thenRefused('bet-not-found'));

  it('L7 is refused on a rolled-back bet, as such', () => {
    const undone = [...rich, bet('b-1', '40'), betRolledBack('x-1', 'b-1', '40')];
    const details = { round: 'r-1', bet: 'b-1' };
    given(...undone)
      .when(creditWin('w-1', 5n, 'b-1'))
      .thenRefused('bet-rolled-back', details);
    given(...undone)
      .when(creditWin('w-1', 5n))
      .thenRefused('bet-rolled-back', { round: 'r-1' });
    given(...undone, bet('b-2', '4'))
      .when(creditWin('w-1', 5n, 'b-1'))
      .thenRefused('bet-rolled-back', details);
    given(...undone, bet('b-2', '4'))
      .when(creditWin('w-1', 5n))
      .thenAccepts(win('w-1', '5'));
    given(...rich, tombstone('x-1', 'b-1'))
      .when(creditWin('w-1', 5n, 'b-1'))
      .thenRefused('bet-rolled-back', details);
  });

  it('L8 is paid to an account that owes money and cannot withdraw', () =>
    given(...rich, bet('b-1', '100'), reversed('100', '100'))
      .when(creditWin('w-1', 7n))
      .thenAccepts(win('w-1', '7')));

  it('is refused above the largest balance that the ledger holds', () => {
    const most = '9'.repeat(78);
    given(opened, credited(most), bet('b-1', '1'))
      .when(creditWin('w-1', 2n))
      .thenRefused('amount-too-large');
  });
});

describe('L7 a closed round takes nothing new', () => {
  const history = given(
    ...rich,
    bet('b-1', '40'),
    bet('b-2', '4'),
    win('w-1', '9', 'b-1'),
    closed(),
  );

  it('and answers each late message as such', () => {
    const details = { round: 'r-1' };
    history.when(placeBet('b-3', 1n)).thenRefused('round-closed', details);
    history.when(creditWin('w-2', 1n)).thenRefused('round-closed', details);
    history.when(creditWin('w-2', 1n, 'b-1')).thenRefused('round-closed', details);
    history
      .when(creditStakeless('s-1', 1n, 'free-round', 'r-1'))
      .thenRefused('round-closed', details);
    history.when(closeRound('c-2')).thenRefused('round-closed', details);
  });

  it('but repeats what it did', () => {
    history.when(placeBet('b-1', 40n)).thenRepeat();
    history.when(creditWin('w-1', 9n, 'b-1')).thenRepeat();
    history.when(closeRound('c-1')).thenRepeat();
  });

  it('L8 but gives back what is owed: a rollback is nothing new', () =>
    history.when(rollBack('x-1', 'b-2')).thenAccepts(betRolledBack('x-1', 'b-2', '4')));

  it('also when it never had a bet', () => {
    given(...rich)
      .when(closeRound())
      .thenAccepts(closed());
    given(...rich, closed())
      .when(placeBet('b-1', 1n))
      .thenRefused('round-closed');
  });

  it('and is one of its provider only', () =>
    history.when({ ...placeBet('b-1', 1n), ...byOther }).thenAccepts(bet('b-1', '1', ofOther)));
});
