import { describe, it } from 'vitest';
import {
  at,
  deposited,
  depositReversed,
  given,
  isoTime,
  limitSet,
  newBet,
  newBetPlaced,
  openSession,
  sessionClosed,
  sessionFor,
} from './words.ts';

const MIDNIGHT = isoTime('2026-03-12T00:00');
const rich = at('2026-01-01T00:00', deposited('1000'), sessionFor());
const limited = (...limits: Parameters<typeof limitSet>[]) =>
  at('2026-01-02T00:00', ...limits.map((limit) => limitSet(...limit)));
const today = '2026-03-11T00:00';

describe('L11 a deposit limit', () => {
  const week = limited(['deposit', 'week', 100, today]);
  const more = at('09:00', deposited('60', 'd-2'), deposited('60', 'd-3'));

  it('never refuses a deposit, which is on chain: it refuses bets while there is too much', () => {
    given(rich, week, more)
      .when(newBet())
      .at('10:00')
      .thenRefused('deposit-limit-reached', {
        ...{ period: 'week', limit: '100', source: 'player', used: '120' },
        resetsAt: isoTime('2026-03-16T00:00'),
      });
    given(rich, week, at('09:00', deposited('100', 'd-2')))
      .when(newBet())
      .at('10:00')
      .thenAccepts(newBetPlaced());
  });

  it('takes bets again in the next period, and when the chain took a deposit of this one back', () => {
    given(rich, week, more).when(newBet()).at('2026-03-16T00:00').thenAccepts(newBetPlaced());
    given(rich, week, more, at('09:30', depositReversed('60', 'd-3')))
      .when(newBet())
      .at('10:00')
      .thenAccepts(newBetPlaced());
    given(rich, week, more, at('09:30', depositReversed('1000', 'd-1')))
      .when(newBet())
      .at('10:00')
      .thenRefused('deposit-limit-reached');
  });
});

describe('L11 a limit of session time', () => {
  const hour = limited(['session-time', 'day', 60, today]);
  const idle = [at('2026-01-01T00:00', deposited('1000')), hour];
  const two = '22222222-2222-4222-8222-222222222222';

  it('refuses bets, and to open a session, when its minutes are used up', () => {
    const history = [...idle, at('09:00', sessionFor('20:00'))];
    given(...history)
      .when(newBet())
      .at('09:59')
      .thenAccepts(newBetPlaced());
    given(...history)
      .when(newBet())
      .at('10:00')
      .thenRefused('session-time-limit-reached', {
        ...{ period: 'day', limit: '60', source: 'player', used: '60', resetsAt: MIDNIGHT },
      });
  });

  it('counts only while a session is live, and overlapping ones once', () => {
    const three = '33333333-3333-4333-8333-333333333333';
    const history = [
      ...[...idle, at('09:00', sessionFor('09:30', two)), at('09:10', sessionFor('20:00', three))],
      // Forty minutes so far.
      ...[at('09:40', sessionClosed(three)), at('12:00', sessionFor())],
    ];
    given(...history)
      .when(newBet())
      .at('12:19')
      .thenAccepts(newBetPlaced());
    given(...history)
      .when(newBet())
      .at('12:20')
      .thenRefused('session-time-limit-reached');
    given(...history, at('12:20', sessionClosed()))
      .when(openSession('13:00', two))
      .at('12:21')
      .thenRepeat();
    given(...history, at('12:20', sessionClosed()))
      .when(openSession('13:00', '44444444-4444-4444-8444-444444444444'))
      .at('12:21')
      .thenRefused('session-time-limit-reached');
  });

  it('counts from midnight anew, also in a session that goes on', () => {
    const history = [...idle, at('23:50', sessionFor())];
    given(...history)
      .when(newBet())
      .at('2026-03-12T00:59')
      .thenAccepts(newBetPlaced());
    given(...history)
      .when(newBet())
      .at('2026-03-12T01:00')
      .thenRefused('session-time-limit-reached');
  });
});
