import { describe, expect, it } from 'vitest';
import { evolve, initialState } from '../../../src/domain/account/state.ts';
import { MOST_LIVE_SESSIONS, MOST_SESSIONS } from '../../../src/domain/play/sessions.ts';
import { bet, byOther, creditWin, rollBack, win } from '../account/messages.ts';
import {
  at,
  closeSession,
  deposited,
  given,
  isoTime,
  newBet,
  newBetPlaced,
  openSession,
  sessionClosed,
  sessionFor,
} from './words.ts';

const rich = at('08:00', deposited('100'));
const until12 = at('09:00', sessionFor('12:00'));
const idOf = (index: number) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;

describe('L11 a bet needs a live session of its player, currency and game service', () => {
  it('and names it by its id, never by its token', () =>
    given(rich, until12).when(newBet()).at('11:59').thenAccepts(newBetPlaced()));

  it('so none is accepted with a token that this account never had', () => {
    given(rich).when(newBet()).at('10:00').thenRefused('session-not-found');
    const made = { ...newBet(), session: 'f'.repeat(64) };
    given(rich, until12).when(made).at('10:00').thenRefused('session-not-found');
  });

  it('so none is accepted with the token of a session at another game service', () =>
    given(rich, until12)
      .when({ ...newBet(), provider: byOther.provider })
      .at('10:00')
      .thenRefused('session-of-another-provider'));

  it('so none is accepted from the moment on at which it expires', () =>
    given(rich, until12)
      .when(newBet())
      .at('12:00')
      .thenRefused('session-expired', { expiredAt: isoTime('12:00') }));

  it('so none is accepted after it was closed', () =>
    given(rich, until12, at('10:00', sessionClosed()))
      .when(newBet())
      .at('10:01')
      .thenRefused('session-closed'));
});

describe('L5 a bet that was accepted is answered as a repeat', () => {
  const placed = at('10:00', bet('b-1', '40'));

  it('even when its session has expired meanwhile, or was closed', () => {
    const again = { ...newBet(40n), transaction: 'b-1' };
    given(rich, until12, placed).when(again).at('13:00').thenRepeat();
    given(rich, until12, placed, at('10:01', sessionClosed())).when(again).at('10:02').thenRepeat();
  });

  it('and with the token of another session: that is no part of its meaning', () =>
    given(rich, until12, placed)
      .when({ ...newBet(40n), transaction: 'b-1', session: 'f'.repeat(64) })
      .at('10:01')
      .thenRepeat());
});

describe('L8 wins and rollbacks never need a session', () => {
  const over = [rich, until12, at('10:00', bet('b-1', '40')), at('10:01', sessionClosed())];

  it('a win is paid long after it', () =>
    given(...over)
      .when(creditWin('w-1', 90n, 'b-1'))
      .at('2026-05-01T00:00')
      .thenAccepts(win('w-1', '90', 'b-1')));

  it('a stake is given back long after it', () =>
    given(...over)
      .when(rollBack('x-1', 'b-1'))
      .at('2026-05-01T00:00')
      .thenAccepts({
        type: 'BetRolledBack',
        data: {
          ...{ brand: 'main', player: 'p-1', currency: 'USDT', provider: 'acme', data: {} },
          ...{ transaction: 'x-1', target: 'b-1', round: 'r-1', amount: '40' },
          ...{ game: 'dice', gameKind: 'other' },
        },
      }));
});

describe('a session', () => {
  it('is opened with the hash of its token and its end, and asked for again is a repeat', () => {
    given().when(openSession('12:00')).at('09:00').thenAccepts(sessionFor('12:00'));
    given(until12).when(openSession('12:00')).at('09:01').thenRepeat();
  });

  it('is closed once, by its own game service or by staff', () => {
    given(until12).when(closeSession()).at('10:00').thenAccepts(sessionClosed());
    given(until12).when(closeSession(null)).at('10:00').thenAccepts(sessionClosed());
    given(until12)
      .when(closeSession('other'))
      .at('10:00')
      .thenRefused('session-of-another-provider');
    given(until12, at('10:00', sessionClosed())).when(closeSession()).at('10:01').thenRepeat();
    given(until12).when(closeSession()).at('12:00').thenRepeat();
    given().when(closeSession()).at('10:00').thenRefused('session-not-found');
  });

  it('makes room by closing the oldest, so that lost answers are never in the way', () => {
    const live = Array.from({ length: MOST_LIVE_SESSIONS }, (_, index) =>
      sessionFor('12:00', idOf(index)),
    );
    given(at('09:00', ...live))
      .when(openSession('12:00'))
      .at('10:00')
      .thenAccepts(sessionClosed(idOf(0), 'displaced'), sessionFor('12:00'));
    given(at('09:00', ...live))
      .when(openSession('14:00'))
      .at('13:00')
      .thenAccepts(sessionFor('14:00'));
  });

  it('leaves the state when it ended: however many there were, a few are kept', () => {
    const state = initialState();
    for (let index = 0; index < 200; index++) {
      const event = sessionFor(`2026-03-11T${index % 2 === 0 ? '10:00' : '23:00'}`, idOf(index));
      evolve(state, event, index, Date.parse('2026-03-11T10:30:00Z') + index);
    }
    expect(state.play.sessions).toHaveLength(MOST_SESSIONS);
    expect(state.play.sessions.at(-1)?.id).toBe(idOf(199));
  });
});
