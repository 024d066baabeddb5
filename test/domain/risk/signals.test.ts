import { describe, it } from 'vitest';
import type { Use } from '../../../src/domain/risk/links.ts';
import {
  at,
  bet,
  betTakenBack,
  credit,
  creditTakenBack,
  deposit,
  depositTakenBack,
  every,
  given,
  request,
  win,
  winTakenBack,
} from './words.ts';

const ofUsdt = { withdrawal: { currency: 'USDT', isNew: false } };

describe('velocity', () => {
  const bets = every(60, '10:00:00', 30, (place) => bet('5', 'slot', place % 2 ? 'USDT' : 'ETH'));
  it('counts bets over all currencies, and forgets those that the window left behind', () => {
    const condition = { signal: 'bets', window: '1h', atLeast: 30 } as const;
    given(bets).when(condition).at('10:29:59').thenSpeaks(30);
    given(bets).when(condition).at('10:59:59').thenSpeaks(30);
    given(bets).when(condition).at('11:00:00').thenIsSilent();
    given(bets)
      .when({ ...condition, atLeast: 20 })
      .at('11:00:00')
      .thenSpeaks(20);
  });
  it('counts them in a day, a week and a month as well', () => {
    for (const window of ['24h', '7d', '30d'] as const) {
      given(bets).when({ signal: 'bets', window, atLeast: 30 }).at('12:00:00').thenSpeaks(30);
    }
    const month = { signal: 'bets', window: '30d', atLeast: 1 } as const;
    given(bets).when(month).at('2026-04-09T23:59').thenSpeaks(30);
    given(bets).when(month).at('2026-04-10T00:00').thenIsSilent();
  });
  it('counts deposits, also those that the chain took back', () => {
    const two = [at('10:00:00', deposit('5')), at('10:05:00', deposit('5', 'ETH'))];
    const condition = { signal: 'deposits', window: '1h', atLeast: 2 } as const;
    given(two, at('10:06:00', depositTakenBack('5')))
      .when(condition)
      .at('10:10:00')
      .thenSpeaks(2);
    given(two.slice(1)).when(condition).at('10:10:00').thenIsSilent();
  });
  it('counts withdrawals, and those to new destinations apart', () => {
    const three = [at('10:00:00', request(true), request(), request(true, 'ETH'))];
    given(three)
      .when({ signal: 'withdrawals', window: '24h', atLeast: 3 })
      .at('10:00:00')
      .thenSpeaks(3);
    given(three)
      .when({ signal: 'new-destinations', window: '7d', atLeast: 2 })
      .at('2026-03-17T23:00')
      .thenSpeaks(2);
  });
});

describe('the way from a deposit to a withdrawal', () => {
  const condition = { signal: 'deposit-to-withdrawal', atMost: 30 } as const;
  const paid = at('10:00:00', deposit('100'));
  it('is measured from the last credit in that currency to the newest request', () => {
    given(paid, at('10:30:59', request())).when(condition).at('10:30:59').thenSpeaks(30);
    given(paid, at('10:31:00', request())).when(condition).at('10:31:00').thenIsSilent();
    const again = at('10:20:00', deposit('1'));
    given(paid, again, at('10:31:00', request()))
      .when(condition)
      .at('10:31:00')
      .thenSpeaks(11, { currency: 'USDT' });
  });
  it('is told for 30 days', () => {
    const quick = [paid, at('10:05:00', request())];
    given(quick).when(condition).at('2026-04-10T10:04').thenSpeaks(5);
    given(quick).when(condition).at('2026-04-10T10:06').thenIsSilent();
  });
  it('is not measured across currencies, nor where nothing was deposited', () => {
    given(paid, at('10:10:00', request(false, 'ETH')))
      .when(condition)
      .at('10:10:00')
      .thenIsSilent();
    given(at('10:10:00', request())).when(condition).at('10:10:00').thenIsSilent();
  });
});

describe('turnover against deposits', () => {
  const condition = { signal: 'turnover', window: '30d', atMost: 9999 } as const;
  const paid = at('10:00:00', deposit('1000'));
  it('is stakes without refunds, of what was deposited', () => {
    given(paid).when(condition).at('10:10:00').thenSpeaks(0);
    const half = at('10:01:00', bet('700'), betTakenBack('200'));
    given(paid, half).when(condition).at('10:10:00').thenSpeaks(5000, { currency: 'USDT' });
    given(paid, half, at('10:02:00', bet('500')))
      .when(condition)
      .at('10:10:00')
      .thenIsSilent();
  });
  it('takes off refunds of which no kind of game is known', () =>
    given(paid, at('10:01:00', bet('1500'), betTakenBack('600', null)))
      .when(condition)
      .at('10:10:00')
      .thenSpeaks(9000));
  it('says nothing where nothing was deposited, or all of it was taken back', () => {
    given(at('10:00:00', bet('5')))
      .when(condition)
      .at('10:10:00')
      .thenIsSilent();
    given(paid, at('10:01:00', depositTakenBack('1000')))
      .when(condition)
      .at('10:10:00')
      .thenIsSilent();
  });
  it('of a withdrawal is that of its currency', () => {
    const two = [paid, at('10:00:00', bet('1000'), deposit('50', 'ETH'))];
    given(two).when(condition).at('10:10:00').thenSpeaks(0, { currency: 'ETH' });
    given(two).when(condition, ofUsdt).at('10:10:00').thenIsSilent();
  });
});

describe('wins against what is expected', () => {
  const condition = { signal: 'return', window: '24h', atLeast: 12_000 } as const;
  it('weighs the stakes by what each kind of game pays back', () => {
    // 10,000 on slots at 96 % and 10,000 on tables at 98.5 %: 19,450 are expected.
    const stakes = at('10:00:00', bet('10000'), bet('10000', 'table'));
    given(stakes, at('10:01:00', win('23340')))
      .when(condition)
      .at('10:10:00')
      .thenSpeaks(12_000);
    given(stakes, at('10:01:00', win('23339')))
      .when(condition)
      .at('10:10:00')
      .thenIsSilent();
  });
  it('leaves out what was rolled back on either side', () => {
    const rolled = at('10:00:00', bet('10000'), bet('500'), betTakenBack('500'), win('20000'));
    given(rolled, at('10:01:00', winTakenBack('8480')))
      .when(condition)
      .at('10:10:00')
      .thenSpeaks(12_000);
  });
  it('says nothing of fewer bets than the rule asks for', () => {
    const lucky = [at('10:00:00', bet('10'), bet('10'), win('500'))];
    given(lucky)
      .when({ ...condition, minSamples: 3 })
      .at('10:10:00')
      .thenIsSilent();
    given(lucky)
      .when({ ...condition, minSamples: 2 })
      .at('10:10:00')
      .thenSpeaks(260_416);
  });
});

describe('credits without a stake', () => {
  const condition = { signal: 'bonus', window: '30d', atLeast: 3000 } as const;
  it('are told by their part of the stakes', () => {
    given(at('10:00:00', bet('1000'), credit('300')))
      .when(condition)
      .at('10:10:00')
      .thenSpeaks(3000);
    given(at('10:00:00', bet('1000'), credit('300'), creditTakenBack('1')))
      .when(condition)
      .at('10:10:00')
      .thenIsSilent();
  });
  it('are the most there is where nothing was staked, and none are nothing', () => {
    given(at('10:00:00', credit('1')))
      .when(condition)
      .at('10:10:00')
      .thenSpeaks(1_000_000_000);
    given(at('10:00:00', bet('1000'), credit('300'), creditTakenBack('300')))
      .when({ ...condition, atLeast: 0 })
      .at('10:10:00')
      .thenIsSilent();
  });
});

describe('the rhythm of bets', () => {
  const condition = { signal: 'cadence', atMost: 1000, minSamples: 64 } as const;
  it('is told by how little the intervals differ', () => {
    given(every(3, '10:00:00', 65, () => bet('5')))
      .when(condition)
      .at('11:00:00')
      .thenSpeaks(0);
    const uneven = Array.from({ length: 65 }, (_, place) => ({
      timeMs: Date.parse('2026-03-11T10:00:00Z') + place * 3000 + (place % 2) * 600,
      events: [bet('5')],
    }));
    // 3.6 s and 2.4 s by turns: 20 % on either side of the mean.
    given(uneven)
      .when({ ...condition, atMost: 2000 })
      .at('11:00:00')
      .thenSpeaks(2000);
    given(uneven).when(condition).at('11:00:00').thenIsSilent();
  });
  it('takes no pause for an interval, and few intervals for none', () => {
    const before = every(3, '10:00:00', 40, () => bet('5'));
    const after = every(3, '12:00:00', 40, () => bet('5'));
    given(before, after).when(condition).at('13:00:00').thenSpeaks(0);
    given(before).when(condition).at('11:00:00').thenIsSilent();
  });
  it('says nothing of bets that came in one message', () =>
    given(at('10:00:00', ...Array.from({ length: 100 }, () => bet('5'))))
      .when(condition)
      .at('11:00:00')
      .thenIsSilent());
});

describe.each([
  ['shared-destination', 'destination'],
  ['shared-source', 'source'],
  ['shared-device', 'device'],
  ['shared-network', 'network'],
] as const)('%s', (signal, use) => {
  const used = (players: number, reference = 'eip155:1/0xD', of: Use = use) => ({
    ...{ use: of, reference, players },
  });
  it('is told by the most players on one of them', () => {
    const seen = { used: [used(2, 'a'), used(4, 'b'), used(3, 'c')] };
    given().when({ signal, atLeast: 2 }, seen).at('10:00:00').thenSpeaks(4, { reference: 'b' });
    given().when({ signal, atLeast: 4 }, seen).at('10:00:00').thenSpeaks(4, { reference: 'b' });
    given().when({ signal, atLeast: 5 }, seen).at('10:00:00').thenIsSilent();
  });
  it('takes nothing for it that is of another use, or known to be used by many', () => {
    const other = use === 'device' ? 'network' : 'device';
    const seen = { used: [used(9, 'a', other), used(9)], usedByMany: ['eip155:1/0xD'] };
    given().when({ signal, atLeast: 2 }, seen).at('10:00:00').thenIsSilent();
  });
});

describe('a new destination', () => {
  const condition = { signal: 'destination-is-new', atLeast: 1 } as const;
  it('is told of a withdrawal, never of a player', () => {
    const isNew = { withdrawal: { currency: 'USDT', isNew: true } };
    given().when(condition, isNew).at('10:00:00').thenSpeaks(1);
    given().when(condition, ofUsdt).at('10:00:00').thenIsSilent();
    given(at('10:00:00', request(true)))
      .when(condition)
      .at('10:00:00')
      .thenIsSilent();
  });
  it('that is shared is that of the withdrawal, not an earlier one', () => {
    const seen = {
      used: [{ use: 'destination', reference: 'eip155:1/0xOld', players: 9 } as const],
      ...ofUsdt,
    };
    given().when({ signal: 'shared-destination', atLeast: 2 }, seen).at('10:00:00').thenIsSilent();
  });
});
