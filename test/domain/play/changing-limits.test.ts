import { describe, it } from 'vitest';
import type { LimitSource } from '../../../src/domain/play/events.ts';
import { bet, betRolledBack, creditWin, rollBack, win } from '../account/messages.ts';
import {
  at,
  deposited,
  given,
  isoTime,
  limitSet,
  newBet,
  newBetPlaced,
  sessionFor,
  setLimit,
} from './words.ts';

const MIDNIGHT = isoTime('2026-03-12T00:00');
const rich = at('2026-01-01T00:00', deposited('1000'), sessionFor());
const limited = (...limits: Parameters<typeof limitSet>[]) =>
  at('2026-01-02T00:00', ...limits.map((limit) => limitSet(...limit)));
const today = '2026-03-11T00:00';

describe('L11 of several limits the lowest wins', () => {
  it.each([
    ['player', 30, 50, 70],
    ['house', 50, 30, 70],
    ['regulator', 70, 50, 30],
  ] as const)('whoever set it: the %s', (lowest, player, house, regulator) => {
    const values = { player, house, regulator };
    const limits = Object.entries(values).map(([source, value]) =>
      limitSet('stake', 'day', value, today, source as LimitSource),
    );
    const history = given(rich, at('2026-01-02T00:00', ...limits));
    history.when(newBet(30n)).at('10:00').thenAccepts(newBetPlaced('30'));
    history
      .when(newBet(31n))
      .at('10:00')
      .thenRefused('stake-limit-reached', {
        ...{ period: 'day', limit: '30', source: lowest, used: '0', resetsAt: MIDNIGHT },
      });
  });

  it('and of a day, a week and a month each counts', () => {
    const all = limited(
      ['stake', 'day', 50, today],
      ['stake', 'week', 80, today],
      ['stake', 'month', 90, today],
    );
    const monday = at('2026-03-09T10:00', bet('b-1', '50'));
    const sunday = at('2026-03-08T10:00', bet('b-0', '10'));
    const history = given(rich, all, sunday, monday);
    history.when(newBet(30n)).at('10:00').thenAccepts(newBetPlaced('30'));
    history
      .when(newBet(31n))
      .at('10:00')
      .thenRefused('stake-limit-reached', {
        ...{ period: 'week', limit: '80', source: 'player', used: '50' },
        resetsAt: isoTime('2026-03-16T00:00'),
      });
  });
});

describe('L8 no limit stops what is owed', () => {
  const spent = [
    ...[rich, limited(['loss', 'day', 10, today], ['deposit', 'day', 0, today])],
    at('09:00', bet('b-1', '10'), deposited('5', 'd-2')),
  ];

  it('neither a win nor a rollback', () => {
    given(...spent)
      .when(creditWin('w-1', 90n, 'b-1'))
      .at('10:00')
      .thenAccepts(win('w-1', '90', 'b-1'));
    given(...spent)
      .when(rollBack('x-1', 'b-1'))
      .at('10:00')
      .thenAccepts(betRolledBack('x-1', 'b-1', '10'));
  });
});

describe('a limit is lowered at once, and raised or removed only after 24 hours', () => {
  const hundred = [rich, limited(['stake', 'day', 100, today])];
  const tomorrow = '2026-03-12T10:00';
  const raised = at('10:00', limitSet('stake', 'day', 200, tomorrow));

  it('the first one and a lower one hold at once', () => {
    given()
      .when(setLimit('loss', 'week', 5))
      .at('10:00')
      .thenAccepts(limitSet('loss', 'week', 5, '10:00'));
    given(...hundred)
      .when(setLimit('stake', 'day', 50))
      .at('10:00')
      .thenAccepts(limitSet('stake', 'day', 50, '10:00'));
    given(...hundred, at('10:00', limitSet('stake', 'day', 50, '10:00')))
      .when(newBet(51n))
      .at('10:01')
      .thenRefused('stake-limit-reached');
  });

  it('a higher one, and none, wait: until then the old one holds, and nobody needs a timer', () => {
    given(...hundred)
      .when(setLimit('stake', 'day', 200))
      .at('10:00')
      .thenAccepts(limitSet('stake', 'day', 200, tomorrow));
    given(...hundred)
      .when(setLimit('stake', 'day', null))
      .at('10:00')
      .thenAccepts(limitSet('stake', 'day', null, tomorrow));
    const history = given(...hundred, raised);
    history.when(newBet(101n)).at('2026-03-12T09:59').thenRefused('stake-limit-reached');
    history.when(newBet(200n)).at(tomorrow).thenAccepts(newBetPlaced('200'));
    given(...hundred, at('10:00', limitSet('stake', 'day', null, tomorrow)))
      .when(newBet(900n))
      .at(tomorrow)
      .thenAccepts(newBetPlaced('900'));
  });

  it('asked for again it is a repeat, and the 24 hours do not begin anew', () => {
    given(...hundred, raised)
      .when(setLimit('stake', 'day', 200))
      .at('20:00')
      .thenRepeat();
    given(...hundred)
      .when(setLimit('stake', 'day', 100))
      .at('10:00')
      .thenRepeat();
    given()
      .when(setLimit('stake', 'day', null))
      .at('10:00')
      .thenRepeat();
  });

  it('what waits is given up by a lower one, by the same again, and by another raise', () => {
    const kept = at('11:00', limitSet('stake', 'day', 100, '11:00'));
    given(...hundred, raised)
      .when(setLimit('stake', 'day', 100))
      .at('11:00')
      .thenAccepts(limitSet('stake', 'day', 100, '11:00'));
    given(...hundred, raised, kept)
      .when(newBet(101n))
      .at('2026-03-13T10:00')
      .thenRefused('stake-limit-reached');
    given(...hundred, raised)
      .when(setLimit('stake', 'day', 150))
      .at('11:00')
      .thenAccepts(limitSet('stake', 'day', 150, '2026-03-12T11:00'));
  });

  it('of one source it changes no other, and of session time it is minutes', () => {
    given(...hundred)
      .when(setLimit('stake', 'day', 50, 'house'))
      .at('10:00')
      .thenAccepts(limitSet('stake', 'day', 50, '10:00', 'house'));
    given()
      .when(setLimit('session-time', 'day', 120))
      .at('10:00')
      .thenAccepts(limitSet('session-time', 'day', 120, '10:00'));
  });
});
