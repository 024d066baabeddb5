import { describe, expect, it } from 'vitest';
import type { GameCommand } from '../../../src/domain/account/commands.ts';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import { evolve, initialState } from '../../../src/domain/account/state.ts';
import {
  account,
  bet,
  betRolledBack,
  closed,
  closeRound,
  credited,
  creditStakeless,
  creditWin,
  given,
  held,
  inSession,
  opened,
  placeBet,
  rollBack,
  stakeless,
  tombstone,
  win,
} from './messages.ts';

const batch = (...commands: GameCommand[]) =>
  ({ type: 'Batch', account, provider: 'acme', commands }) as const;
const rich = [opened, credited('100')];

describe('a batch', () => {
  it('is decided in order, each member on what those before it came to', () =>
    given(...rich)
      .when(
        batch(
          placeBet('b-1', 100n),
          creditWin('w-1', 30n, 'b-1'),
          placeBet('b-2', 30n),
          rollBack('x-2', 'b-2'),
          creditStakeless('s-1', 5n, 'free-round', 'r-1'),
          closeRound(),
        ),
      )
      .thenAccepts(
        bet('b-1', '100'),
        win('w-1', '30', 'b-1'),
        bet('b-2', '30'),
        betRolledBack('x-2', 'b-2', '30'),
        stakeless('s-1', '5', 'free-round', 'r-1'),
        closed(),
      ));

  it('opens an account that there was none of', () =>
    given()
      .when(batch(creditStakeless('s-1', 5n), closeRound()))
      .thenAccepts(opened, stakeless('s-1', '5'), closed()));

  it('L10 is refused by its first refusal, with the index, and leaves the state as it was', () => {
    const state = [...rich, ...inSession, bet('b-0', '1')].reduce(
      (folded, event, revision) => evolve(folded, event, revision, 0),
      initialState(),
    );
    const before = JSON.stringify([...balancesOf(state), state.transactions.total]);
    const command = batch(
      creditWin('w-0', 7n, 'b-0'),
      placeBet('b-1', 40n),
      creditWin('w-1', 1n, 'b-9'),
      placeBet('b-2', 999n),
    );
    expect(accountDecider.decide(command, state, 0)).toMatchObject({
      kind: 'refuse',
      rejection: { code: 'bet-not-found', details: { bet: 'b-9', index: 2 } },
    });
    expect(JSON.stringify([...balancesOf(state), state.transactions.total])).toBe(before);
    expect(state.transactions.get('acme b-0')).toMatchObject({ wins: 0 });
    expect(state.rounds.get('acme r-1')).toEqual({ closed: false, bets: 1, wins: 0 });
  });

  it("L10 refused for funds carries the player's balance, and what there was at that member", () =>
    given(...rich, held('10'))
      .when(batch(placeBet('b-1', 60n), placeBet('b-2', 60n)))
      .thenRefused('insufficient-funds', {
        ...{ index: 1, requested: '60', availableAtIndex: '30', available: '90', held: '10' },
      }));

  it('L5 repeated as a whole is a repeat', () =>
    given(...rich, bet('b-1', '60'), win('w-1', '5', 'b-1'))
      .when(batch(placeBet('b-1', 60n), creditWin('w-1', 5n, 'b-1')))
      .thenRepeat());

  it('L5 does what is new in it, and of known repeats nothing', () =>
    given(...rich, bet('b-1', '60'))
      .when(batch(placeBet('b-1', 60n), creditWin('w-1', 5n, 'b-1'), placeBet('b-1', 60n)))
      .thenAccepts(win('w-1', '5', 'b-1')));

  it('L5 takes a message that stands in it twice for one', () =>
    given(...rich)
      .when(batch(placeBet('b-1', 60n), placeBet('b-1', 60n)))
      .thenAccepts(bet('b-1', '60')));

  it('L5 refuses a key that stands in it with two meanings', () =>
    given(...rich)
      .when(batch(placeBet('b-1', 60n), placeBet('b-1', 4n)))
      .thenRefused('key-reused'));

  it('L7 keeps tombstones within itself', () => {
    given(...rich)
      .when(batch(rollBack('x-1', 'b-1'), placeBet('b-1', 4n)))
      .thenRefused('transaction-rolled-back');
    given(...rich)
      .when(batch(rollBack('x-1', 'b-1'), placeBet('b-2', 4n)))
      .thenAccepts(tombstone('x-1', 'b-1'), bet('b-2', '4'));
  });

  it('is a defect of the caller when it is empty, above 100, or of more than one account', () => {
    const many = Array.from({ length: 101 }, (_, index) => placeBet(`b-${index}`, 1n));
    given(...rich)
      .when(batch())
      .thenThrows(/a batch of 0/);
    given(...rich)
      .when(batch(...many))
      .thenThrows(/a batch of 101/);
    const elsewhere = { ...placeBet('b-1', 1n), account: { ...account, currency: 'BTC' } };
    given(...rich)
      .when(batch(elsewhere))
      .thenThrows(/more than one/);
    given(...rich)
      .when(batch({ ...placeBet('b-1', 1n), provider: 'other' }))
      .thenThrows(/more/);
  });
});

const balancesOf = ({ available, held: onHold, receivable }: ReturnType<typeof initialState>) =>
  [available, onHold, receivable].map(String);
