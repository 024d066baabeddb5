import { describe, it } from 'vitest';
import {
  bet,
  betRolledBack,
  creditStakeless,
  creditWin,
  held,
  hold,
  release,
  released,
  rollBack,
  settle,
  settled,
  stakeless,
  win,
} from '../account/messages.ts';
import {
  at,
  deposited,
  given,
  heed,
  isoTime,
  newBet,
  newBetPlaced,
  openSession,
  releasedFrom,
  restricted,
  sessionFor,
} from './words.ts';

const playing = at('08:00', deposited('100'), sessionFor());

describe('L11 a block, a cool-off and a self-exclusion stop bets', () => {
  it('from the moment on at which the account knows, with the kind and the term', () =>
    given(playing, at('09:00', restricted('cool-off', '12:00')))
      .when(newBet())
      .at('11:59')
      .thenRefused('player-excluded', { kind: 'cool-off', until: isoTime('12:00') }));

  it('until their term, and then nobody has to do anything', () =>
    given(playing, at('09:00', restricted('self-exclusion', '12:00')))
      .when(newBet())
      .at('12:00')
      .thenAccepts(newBetPlaced()));

  it('without an end where none was said, until a block is lifted', () => {
    const blocked = at('09:00', restricted('block', null));
    given(playing, blocked)
      .when(newBet())
      .at('2029-01-01T00:00')
      .thenRefused('player-excluded', { kind: 'block' });
    given(playing, blocked, at('10:00', releasedFrom('block', 2)))
      .when(newBet())
      .at('10:01')
      .thenAccepts(newBetPlaced());
  });

  it('each by itself: lifting one leaves the other', () =>
    given(
      playing,
      at('09:00', restricted('block', null, 1), restricted('cool-off', '12:00', 2)),
      at('10:00', releasedFrom('block', 3)),
    )
      .when(newBet())
      .at('10:01')
      .thenRefused('player-excluded', { kind: 'cool-off', until: isoTime('12:00') }));

  it('and no session is opened', () =>
    given(playing, at('09:00', restricted('block', null)))
      .when(openSession('12:00', '33333333-3333-4333-8333-333333333333'))
      .at('10:00')
      .thenRefused('player-excluded'));
});

describe('L8 whoever is excluded is still paid', () => {
  const excluded = [
    playing,
    at('08:30', bet('b-1', '40'), held('20')),
    at('09:00', restricted('self-exclusion', null)),
  ];

  it('wins, and what needs no stake', () => {
    given(...excluded)
      .when(creditWin('w-1', 90n, 'b-1'))
      .at('10:00')
      .thenAccepts(win('w-1', '90', 'b-1'));
    given(...excluded)
      .when(creditStakeless('s-1', 5n))
      .at('10:00')
      .thenAccepts(stakeless('s-1', '5'));
  });

  it('stakes that are rolled back', () =>
    given(...excluded)
      .when(rollBack('x-1', 'b-1'))
      .at('10:00')
      .thenAccepts(betRolledBack('x-1', 'b-1', '40')));

  it("withdrawals of the player's own money: asked for, released and settled", () => {
    const id = '6f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10';
    given(...excluded)
      .when({ ...hold(30n), withdrawal: id })
      .at('10:00')
      .thenAccepts(held('30', id));
    given(...excluded)
      .when(release)
      .at('10:00')
      .thenAccepts(released('20'));
    given(...excluded)
      .when(settle)
      .at('10:00')
      .thenAccepts(settled('20'));
  });
});

describe("an account heeds the newest word of the player's stream", () => {
  it('and writes it once, whoever brings it', () => {
    given(playing)
      .when(heed('block', null, 1))
      .at('09:00')
      .thenAccepts(restricted('block', null, 1));
    given(playing, at('09:00', restricted('block', null, 1)))
      .when(heed('block', null, 1))
      .at('09:01')
      .thenRepeat();
  });

  it('never an older one, also when that comes late', () => {
    given(playing, at('09:00', restricted('block', null, 3)))
      .when(heed('block', null, 2, false))
      .at('09:01')
      .thenRepeat();
    given(playing, at('09:00', releasedFrom('block', 2)))
      .when(heed('block', null, 1))
      .at('09:01')
      .thenRepeat();
  });

  it('so a word that was taken back is written too, where the first one never came', () =>
    given(playing)
      .when(heed('block', null, 2, false))
      .at('09:00')
      .thenAccepts(releasedFrom('block', 2)));
});
