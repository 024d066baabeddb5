import { describe, it } from 'vitest';
import { bet, betRolledBack, placeBet, rollBack, win, winRolledBack } from '../account/messages.ts';
import {
  at,
  deposited,
  given,
  isoTime,
  limitSet,
  newBet,
  newBetPlaced,
  sessionFor,
} from './words.ts';

const MIDNIGHT = isoTime('2026-03-12T00:00');
const rich = at('2026-01-01T00:00', deposited('1000'), sessionFor());
const limited = (...limits: Parameters<typeof limitSet>[]) =>
  at('2026-01-02T00:00', ...limits.map((limit) => limitSet(...limit)));
const today = '2026-03-11T00:00';

describe('L11 a stake limit', () => {
  const day = limited(['stake', 'day', 100, today]);

  it('takes all that it leaves, and not one unit more: it says limit, period, used and reset', () => {
    const history = given(rich, day, at('09:00', bet('b-1', '60')));
    history.when(newBet(40n)).at('10:00').thenAccepts(newBetPlaced('40'));
    history
      .when(newBet(41n))
      .at('10:00')
      .thenRefused('stake-limit-reached', {
        ...{ period: 'day', limit: '100', source: 'player', used: '60', resetsAt: MIDNIGHT },
      });
  });

  it('counts stakes whatever was won with them', () =>
    given(rich, day, at('09:00', bet('b-1', '100'), win('w-1', '500', 'b-1')))
      .when(newBet())
      .at('10:00')
      .thenRefused('stake-limit-reached'));

  it('of nothing takes no bet', () =>
    given(rich, limited(['stake', 'month', 0, today]))
      .when(newBet())
      .at('10:00')
      .thenRefused('stake-limit-reached', {
        ...{ period: 'month', limit: '0', source: 'player', used: '0' },
        resetsAt: isoTime('2026-04-01T00:00'),
      }));

  it('counts the members of a batch', () => {
    const { account, provider } = newBet();
    const commands = [placeBet('b-2', 60n), placeBet('b-3', 60n)];
    given(rich, day)
      .when({ type: 'Batch', account, provider, commands })
      .at('10:00')
      .thenRefused('stake-limit-reached', {
        ...{ period: 'day', limit: '100', source: 'player', used: '60', resetsAt: MIDNIGHT },
        index: 1,
      });
    const undone = [placeBet('b-2', 60n), rollBack('x-2', 'b-2'), placeBet('b-3', 60n)];
    given(rich, day)
      .when({ type: 'Batch', account, provider, commands: undone })
      .at('10:00')
      .thenAccepts(bet('b-2', '60'), betRolledBack('x-2', 'b-2', '60'), bet('b-3', '60'));
  });
});

describe('L11 a loss limit', () => {
  const day = limited(['loss', 'day', 100, today]);
  const lost = at('09:00', bet('b-1', '60'), bet('b-2', '40'));

  it('counts stakes less wins', () => {
    given(rich, day, lost)
      .when(newBet())
      .at('10:00')
      .thenRefused('loss-limit-reached', {
        ...{ period: 'day', limit: '100', source: 'player', used: '100', resetsAt: MIDNIGHT },
      });
    given(rich, day, lost, at('09:30', win('w-1', '30', 'b-1')))
      .when(newBet(30n))
      .at('10:00')
      .thenAccepts(newBetPlaced('30'));
    given(rich, day, lost, at('09:30', win('w-1', '30', 'b-1')))
      .when(newBet(31n))
      .at('10:00')
      .thenRefused('loss-limit-reached');
  });

  it('counts a win that is taken back as if it had never been', () =>
    given(rich, day, lost, at('09:30', win('w-1', '30', 'b-1'), winRolledBack('x-1', 'w-1', '30')))
      .when(newBet())
      .at('10:00')
      .thenRefused('loss-limit-reached'));

  it('counts a win in the period of its bet: of yesterday it leaves nothing more for today', () => {
    const history = [
      ...[rich, limited(['loss', 'day', 100, today], ['loss', 'week', 150, today])],
      ...[at('2026-03-10T23:00', bet('b-0', '100')), at('00:30', bet('b-1', '50'))],
      at('00:31', win('w-0', '100', 'b-0')),
    ];
    // Of the day 50 are used, of the week 150 - 100.
    given(...history)
      .when(newBet(50n))
      .at('10:00')
      .thenAccepts(newBetPlaced('50'));
    given(...history)
      .when(newBet(51n))
      .at('10:00')
      .thenRefused('loss-limit-reached', {
        ...{ period: 'day', limit: '100', source: 'player', used: '50', resetsAt: MIDNIGHT },
      });
  });
});

describe('L11 a rollback of a bet', () => {
  const day = limited(['stake', 'day', 100, today], ['loss', 'day', 100, today]);

  it("gives its stake back to the period's counters if it was placed in the current one", () =>
    given(rich, day, at('09:00', bet('b-1', '100')), at('09:01', betRolledBack('x', 'b-1', '100')))
      .when(newBet(100n))
      .at('10:00')
      .thenAccepts(newBetPlaced('100')));

  it('changes nothing in the current one if it was placed before', () => {
    const late = at('09:01', betRolledBack('x-1', 'b-0', '100'));
    given(rich, day, at('2026-03-10T23:59', bet('b-0', '100')), at('09:00', bet('b-1', '60')), late)
      .when(newBet(41n))
      .at('10:00')
      .thenRefused('loss-limit-reached');
  });
});
