import { describe, it } from 'vitest';
import { accountDecider } from '../../src/domain/account/decide.ts';
import type { AccountEvent } from '../../src/domain/account/events.ts';
import { specOf } from '../support/spec.ts';

const given = specOf(accountDecider);

const account = { brand: 'main', player: 'p-1', currency: 'USDT' };
const play = { round: 'r-1', game: 'dice', gameKind: 'other', data: {} } as const;
const from = { ...account, provider: 'acme', ...play };
const session = null;
const custody = { chain: 'eip155:1', address: '0xAA' };
const withdrawal = '5f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10';

const opened: AccountEvent = { type: 'AccountOpened', data: account };
const credited = (amount: string, epoch = 1, repaid = '0'): AccountEvent => ({
  type: 'DepositCredited',
  data: { ...account, ...custody, deposit: 'd-1', epoch, asset: 'a', txid: 't', amount, repaid },
});
const reversed = (amount: string, receivable = '0', epoch = 1): AccountEvent => ({
  type: 'DepositReversed',
  data: { ...account, ...custody, deposit: 'd-1', epoch, amount, receivable },
});
const bet = (transaction: string, amount: string): AccountEvent => ({
  type: 'BetDebited',
  data: { ...from, session, transaction, amount },
});
const win = (transaction: string, amount: string, named: string | null = null): AccountEvent => ({
  type: 'WinCredited',
  data: { ...from, transaction, bet: named, amount },
});
const betRolledBack = (transaction: string, target: string, amount: string): AccountEvent => ({
  type: 'BetRolledBack',
  data: { ...account, provider: 'acme', transaction, target, round: 'r-1', amount, data: {} },
});
const tombstone = (transaction: string, target: string): AccountEvent => ({
  type: 'RollbackTombstoned',
  data: { ...account, provider: 'acme', transaction, target, data: {} },
});
const closed: AccountEvent = {
  type: 'RoundClosed',
  data: { ...account, provider: 'acme', transaction: 'c-1', round: 'r-1', data: {} },
};
const held = (amount: string): AccountEvent => ({
  type: 'WithdrawalHeld',
  data: {
    ...{ ...account, withdrawal, amount, asset: 'a', chain: 'eip155:1' },
    ...{ destination: '0xBB', key: 'k-1' },
  },
});

const message = { account, provider: 'acme', ...play };
const placeBet = (transaction: string, amount: bigint) =>
  ({ type: 'PlaceBet', ...message, session, transaction, amount }) as const;
const creditWin = (transaction: string, amount: bigint, named: string | null = null) =>
  ({ type: 'CreditWin', ...message, transaction, amount, bet: named }) as const;
const rollBack = (transaction: string, target: string) =>
  ({ type: 'RollBack', account, provider: 'acme', transaction, target, data: {} }) as const;
const hold = (amount: bigint) =>
  ({
    type: 'HoldWithdrawal',
    ...{ account, withdrawal, amount, asset: 'a', chain: 'eip155:1' },
    ...{ destination: '0xBB', key: 'k-1' },
  }) as const;
const reverse = (epoch = 1) =>
  ({ type: 'ReverseDeposit', account, deposit: 'd-1', epoch, ...custody }) as const;

describe('a bet', () => {
  it('debits the stake', () =>
    given(opened, credited('100')).when(placeBet('b-1', 40n)).thenAccepts(bet('b-1', '40')));

  it('L3 may take all there is, and not one unit more', () => {
    given(opened, credited('100')).when(placeBet('b-1', 100n)).thenAccepts(bet('b-1', '100'));
    given(opened, credited('100')).when(placeBet('b-1', 101n)).thenRefused('insufficient-funds');
  });

  it('L10 is refused with the balance', () =>
    given(opened, credited('100'), held('30'))
      .when(placeBet('b-1', 71n))
      .thenRefused('insufficient-funds', { available: '70', held: '30', requested: '71' }));

  it('L10 is refused on an account that was never opened, and opens none', () =>
    given().when(placeBet('b-1', 1n)).thenRefused('insufficient-funds', {
      available: '0',
      held: '0',
      requested: '1',
    }));

  it('L5 has its effect once, however often it comes', () =>
    given(opened, credited('100'), bet('b-1', '40')).when(placeBet('b-1', 40n)).thenRepeat());

  it('L5 is refused when its key was used with other content', () => {
    const history = given(opened, credited('100'), bet('b-1', '40'));
    history.when(placeBet('b-1', 41n)).thenRefused('key-reused');
    history.when({ ...placeBet('b-1', 40n), round: 'r-2' }).thenRefused('key-reused');
    history.when({ ...placeBet('b-1', 40n), game: 'slots' }).thenRefused('key-reused');
    history.when(creditWin('b-1', 40n)).thenRefused('key-reused');
  });

  it('L5 shares its id with a bet of another provider', () =>
    given(opened, credited('100'), bet('b-1', '40'))
      .when({ ...placeBet('b-1', 40n), provider: 'other' })
      .thenAccepts({
        type: 'BetDebited',
        data: { ...from, session, provider: 'other', transaction: 'b-1', amount: '40' },
      }));

  it('L7 is refused in a closed round', () =>
    given(opened, credited('100'), closed).when(placeBet('b-1', 1n)).thenRefused('round-closed'));
});

describe('a win', () => {
  it('is credited to a round with a bet', () =>
    given(opened, credited('100'), bet('b-1', '40'))
      .when(creditWin('w-1', 90n, 'b-1'))
      .thenAccepts(win('w-1', '90', 'b-1')));

  it('is refused where no bet stands', () => {
    given(opened, credited('100')).when(creditWin('w-1', 5n)).thenRefused('round-not-found');
    given(opened, credited('100'), bet('b-1', '40'))
      .when(creditWin('w-1', 5n, 'b-2'))
      .thenRefused('bet-not-found');
    given(opened, credited('100'), bet('b-1', '40'), betRolledBack('x-1', 'b-1', '40'))
      .when(creditWin('w-1', 5n, 'b-1'))
      .thenRefused('bet-rolled-back');
  });

  it('L8 is paid to an account that owes money and cannot withdraw', () =>
    given(opened, credited('100'), bet('b-1', '100'), reversed('100', '100'))
      .when(creditWin('w-1', 7n))
      .thenAccepts(win('w-1', '7')));
});

describe('a rollback', () => {
  it('gives back the stake, whatever the message says', () =>
    given(opened, credited('100'), bet('b-1', '40'))
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(betRolledBack('x-1', 'b-1', '40')));

  it('L5 refunds once: a repeat is a repeat, another one is refused', () => {
    const history = given(opened, credited('9'), bet('b-1', '4'), betRolledBack('x-1', 'b-1', '4'));
    history.when(rollBack('x-1', 'b-1')).thenRepeat();
    history.when(rollBack('x-2', 'b-1')).thenRefused('transaction-rolled-back');
  });

  it('L7 that comes first leaves a tombstone, and the late bet never debits', () => {
    given(opened, credited('9')).when(rollBack('x-1', 'b-1')).thenAccepts(tombstone('x-1', 'b-1'));
    given().when(rollBack('x-1', 'b-1')).thenAccepts(opened, tombstone('x-1', 'b-1'));
    given(opened, credited('9'), tombstone('x-1', 'b-1'))
      .when(placeBet('b-1', 4n))
      .thenRefused('transaction-rolled-back');
  });

  it('L7 never refunds a stake whose win stands', () => {
    const history = [opened, credited('9'), bet('b-1', '4'), win('w-1', '8', 'b-1')];
    given(...history)
      .when(rollBack('x-1', 'b-1'))
      .thenRefused('win-stands');
    const winGone: AccountEvent = {
      type: 'WinRolledBack',
      data: {
        ...{ ...account, provider: 'acme', transaction: 'x-0', target: 'w-1', round: 'r-1' },
        ...{ amount: '8', receivable: '0', data: {} },
      },
    };
    given(...history, winGone)
      .when(rollBack('x-1', 'b-1'))
      .thenAccepts(betRolledBack('x-1', 'b-1', '4'));
  });

  it('L3 of a win that was spent is owed, and never takes the balance below zero', () =>
    given(opened, credited('4'), bet('b-1', '4'), win('w-1', '8', 'b-1'), held('6'))
      .when(rollBack('x-1', 'w-1'))
      .thenAccepts({
        type: 'WinRolledBack',
        data: {
          ...{ ...account, provider: 'acme', transaction: 'x-1', target: 'w-1', round: 'r-1' },
          ...{ amount: '8', receivable: '6', data: {} },
        },
      }));

  it('cannot be rolled back', () =>
    given(opened, credited('9'), bet('b-1', '4'), betRolledBack('x-1', 'b-1', '4'))
      .when(rollBack('x-2', 'x-1'))
      .thenRefused('rollback-of-rollback'));
});

describe('a deposit', () => {
  const credit = (epoch: number, amount = 100n) =>
    ({
      type: 'CreditDeposit',
      ...{ account, deposit: 'd-1', epoch, ...custody, asset: 'a', txid: 't', amount },
    }) as const;

  it('opens the account with its first credit', () =>
    given().when(credit(1)).thenAccepts(opened, credited('100')));

  it('L5 is credited once in each epoch', () => {
    given(opened, credited('100')).when(credit(1)).thenRepeat();
    given(opened, credited('100')).when(credit(2)).thenRepeat();
  });

  it('D6 taken away by a reorg is reversed, and credited again when mined again', () => {
    given(opened, credited('100')).when(reverse()).thenAccepts(reversed('100'));
    given(opened, credited('100'), reversed('100')).when(credit(2)).thenAccepts(credited('100', 2));
    given(opened, credited('100'), reversed('100')).when(credit(1)).thenRepeat();
    given(opened, credited('100'), reversed('100')).when(reverse()).thenRepeat();
  });

  it('L3 reversed after it was spent becomes a receivable', () =>
    given(opened, credited('100'), bet('b-1', '70'))
      .when(reverse())
      .thenAccepts(reversed('100', '70')));

  it('L3 credited again repays what is owed first', () =>
    given(opened, credited('100'), bet('b-1', '70'), reversed('100', '70'))
      .when(credit(2))
      .thenAccepts(credited('100', 2, '70')));

  it('whose epoch was never credited has nothing to reverse', () => {
    given().when(reverse()).thenRepeat();
    given(opened, credited('100')).when(reverse(2)).thenRepeat();
  });
});

describe('a withdrawal', () => {
  const settle = {
    type: 'SettleHold',
    ...{ account, withdrawal, ...custody, txid: 't', networkFee: null },
  } as const;
  const release = {
    type: 'ReleaseHold',
    ...{ account, withdrawal, reason: 'rejected' as const, networkFee: null },
  } as const;
  const released: AccountEvent = {
    type: 'HoldReleased',
    data: { ...account, withdrawal, amount: '60', reason: 'rejected', networkFee: null },
  };

  it('W1 holds the funds with the request', () =>
    given(opened, credited('100')).when(hold(60n)).thenAccepts(held('60')));

  it('W1 finds nothing where another one holds the funds', () =>
    given(opened, credited('100'), held('60'))
      .when({ ...hold(60n), withdrawal: '6f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10' })
      .thenRefused('insufficient-funds', { available: '40', held: '60', requested: '60' }));

  it('L5 is held once; its key with other content is refused', () => {
    given(opened, credited('100'), held('60')).when(hold(60n)).thenRepeat();
    given(opened, credited('100'), held('60')).when(hold(61n)).thenRefused('key-reused');
  });

  it('L3 is refused while the account owes money', () =>
    given(opened, credited('100'), bet('b-1', '70'), reversed('100', '70'))
      .when(hold(1n))
      .thenRefused('account-flagged', { receivable: '70' }));

  it('W6 is settled or released once, never both', () => {
    given(opened, credited('100'), held('60')).when(release).thenAccepts(released);
    given(opened, credited('100'), held('60'), released).when(release).thenRepeat();
    given(opened, credited('100'), held('60'), released)
      .when(settle)
      .thenThrows(/released/);
  });
});
