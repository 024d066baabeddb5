import { describe, expect, it } from 'vitest';
import { accountDecider } from '../../../src/domain/account/decide.ts';
import { evolve, initialState } from '../../../src/domain/account/state.ts';
import { displayAmount } from '../../../src/domain/money.ts';
import {
  bet,
  credit,
  credited,
  creditWin,
  given,
  held,
  hold,
  opened,
  placeBet,
  release,
  released,
  sessionOpened,
  settle,
  settled,
} from './messages.ts';

/** What other wallets shipped and had to repair. Each has one test by its name. */
describe('a bug that others shipped', () => {
  it('W6 a rejected hold that could still be committed', () =>
    given(opened, credited('100'), held('60'), released('60'))
      .when(settle)
      .thenThrows(/released, so never settled/));

  it('W6 a hold captured above its amount: what settles says no amount, the hold does', () => {
    const greedy = { ...settle, amount: 9_999n };
    given(opened, credited('100'), held('60')).when(greedy).thenAccepts(settled('60'));
    const state = [opened, credited('100'), held('60'), settled('60')].reduce(
      (folded, event, revision) => evolve(folded, event, revision, 0),
      initialState(),
    );
    expect([state.available, state.held]).toEqual([40n, 0n]);
  });

  it('W6 a double commit: the second settling moves nothing', () =>
    given(opened, credited('100'), held('60'), settled('60'))
      .when({ ...settle, txid: 'another' })
      .thenRepeat());

  it('W1 a cancel that raced the create: what releases first finds nothing, and holds nothing', () => {
    given(opened, credited('100')).when(release).thenRefused('withdrawal-not-found');
    given(opened, credited('100')).when(settle).thenRefused('withdrawal-not-found');
    given(opened, credited('100')).when(hold(60n)).thenAccepts(held('60'));
  });

  it('L5 a retry that applied twice, with the answer of the first in between lost', () => {
    const state = evolve(initialState(), sessionOpened(), 0, 0);
    let revision = 1;
    for (const command of [credit(1), credit(1), placeBet('b-1', 40n), placeBet('b-1', 40n)]) {
      const decision = accountDecider.decide(command, state, 0);
      if (decision.kind !== 'accept') continue;
      for (const event of decision.events) evolve(state, event, revision++, 0);
    }
    expect([state.available, revision]).toEqual([60n, 4]);
  });

  it.each([
    [8, 'satoshi', '2100000000000000'],
    [18, 'wei', '120000000000000000000000001'],
  ])(
    'L4 float precision at %i decimals: a %s more or less is a difference',
    (decimals, _, text) => {
      const all = BigInt(text);
      // As floats these are the same number, or close enough to be rounded to it.
      const state = [opened, credited(text), bet('b-1', `${all - 1n}`)].reduce(
        (folded, event, revision) => evolve(folded, event, revision, 0),
        initialState(),
      );
      expect(state.available).toBe(1n);
      const history = given(opened, credited(text));
      history.when(placeBet('b-1', all + 1n)).thenRefused('insufficient-funds', {
        ...{ available: text, held: '0', requested: `${all + 1n}` },
      });
      history.when(placeBet('b-1', all)).thenAccepts(bet('b-1', text));
      expect(displayAmount(1n, decimals)).toBe(`0.${'0'.repeat(decimals - 1)}1`);
    },
  );

  it('L4 thirds of a stake add up to the stake again', () => {
    const state = [
      opened,
      credited('100'),
      bet('b-1', '33'),
      bet('b-2', '33'),
      bet('b-3', '34'),
    ].reduce((folded, event, revision) => evolve(folded, event, revision, 0), initialState());
    expect(state.available).toBe(0n);
    expect(accountDecider.decide(creditWin('w-1', 100n), state, 0).kind).toBe('accept');
  });
});
