import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRiskRules } from '../../../src/config/risk-rules.ts';
import { CHAIN, DESTINATION, openStage, type Stage } from './stage.ts';

let stage: Stage;
const device = 'd-of-two-players-1';
beforeAll(async () => {
  stage = await openStage();
  for (const player of ['p-1', 'p-2', 'p-3']) await stage.player(player, '9000000');
  for (const player of ['p-1', 'p-2'])
    await post('/v1/sessions', of(player, { deviceRef: device }));
});
afterAll(() => stage.close());

const OTHER = '0x00000000000000000000000000000000000000A1';

const of = (player: string, more: object = {}) => ({ player, currency: 'USDT', ...more });

async function post(url: string, body: object, key = 'k-1') {
  const headers = { 'idempotency-key': key };
  const isGame = url === '/v1/sessions';
  const call = { method: 'POST', url, body, ...(isGame ? {} : { headers }) } as const;
  const answer = await stage.as(isGame ? 'acme' : 'alice', call);
  return { status: answer.statusCode, ...answer.json() };
}

async function read(url: string, who: 'audrey' | 'bob' = 'audrey') {
  const waitFor = await stage.store.head();
  const answer = await stage.as(who, {
    url: `${url}${url.includes('?') ? '&' : '?'}waitFor=${waitFor}`,
  });
  return { status: answer.statusCode, ...answer.json() };
}

const withdraw = (player: string, destination = DESTINATION) =>
  post('/v1/withdrawals', of(player, { chain: CHAIN, destination, amount: '1000' }), `k-${player}`);

describe('the risk of a withdrawal', () => {
  it('P5 says why, by which rules, from which facts, and as of which position', async () => {
    const { withdrawal, position } = await withdraw('p-3', OTHER);
    const { risk, position: asOf } = await read(`/v1/withdrawals/${withdrawal}/risk`);
    expect(asOf >= position).toBe(true);
    expect(risk).toMatchObject({
      ...{ withdrawal, player: 'p-3', currency: 'USDT', position },
      ...{ ruleSet: 1, score: 55, outcome: 'review', shadow: null },
    });
    expect(risk.reasons.map((each: { rule: string }) => each.rule)).toEqual([
      'quick-way-out',
      'hardly-played',
      'new-destination',
    ]);
    expect(risk.facts.accounts.USDT.windows['24h']).toMatchObject({
      ...{ deposits: 1, deposited: '9000000', withdrawals: 1, newDestinations: 1 },
    });
    expect(risk.facts.withdrawal.destination).toBe(`${CHAIN}/${OTHER}`);
  });

  it('knows who shares a device, and an address with another player', async () => {
    const earlier = await withdraw('p-1');
    const { withdrawal } = await withdraw('p-2');
    const { risk } = await read(`/v1/withdrawals/${withdrawal}/risk`, 'bob');
    expect([risk.score, risk.outcome]).toEqual([100, 'hold']);
    expect(risk.reasons).toContainEqual(
      expect.objectContaining({ rule: 'shared-device', value: 2, reference: device }),
    );
    // Also of the one whose device it was first.
    const first = await read(`/v1/withdrawals/${earlier.withdrawal}/risk`);
    expect([first.risk.score, first.risk.outcome]).toEqual([80, 'hold']);
    const shared = { rule: 'shared-destination', value: 2, reference: `${CHAIN}/${DESTINATION}` };
    expect(risk.reasons).toContainEqual(expect.objectContaining(shared));
  });

  it('is 404 for one that is not there', async () => {
    const url = '/v1/withdrawals/00000000-0000-4000-8000-000000000000/risk';
    expect(await read(url)).toMatchObject({ status: 404, code: 'withdrawal-not-found' });
  });
});

describe('the risk of a player', () => {
  it('is that of the last look, and none before the first', async () => {
    const { risk } = await read('/v1/players/main/p-2/risk');
    expect(risk).toMatchObject({ player: 'p-2', ruleSet: 1, outcome: 'hold' });
    await stage.player('p-idle');
    expect((await read('/v1/players/main/p-idle/risk')).risk).toBeNull();
    expect(await read('/v1/players/main/nobody/risk')).toMatchObject({ code: 'player-not-found' });
  });
});

describe('lists by risk', () => {
  it('have the highest score first, page by page, and by outcome', async () => {
    // That a destination is new is told of a withdrawal only.
    const held = { players: ['p-2'], withdrawals: ['p-2', 'p-1'] };
    for (const list of ['players', 'withdrawals'] as const) {
      const all = await read(`/v1/risk/${list}`);
      const scores = all.items.map((each: { score: number }) => each.score);
      expect(scores).toHaveLength(3);
      expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
      let [after, paged] = ['', [] as unknown[]];
      do {
        const page = await read(`/v1/risk/${list}?limit=1${after}`);
        paged = [...paged, ...page.items];
        after = page.next === null ? '' : `&after=${page.next}`;
      } while (after !== '');
      expect(paged).toEqual(all.items);
      const { items } = await read(`/v1/risk/${list}?outcome=hold`);
      expect(items.map((each: { player: string }) => each.player)).toEqual(held[list]);
    }
    const mine = await read('/v1/risk/withdrawals?player=p-3');
    expect(mine.items).toHaveLength(1);
  });
});

describe('risk rules', () => {
  const ruleSet = defaultRiskRules();
  const lenient = { ...ruleSet, reviewFrom: 99, holdFrom: 100 };

  it('A1 are published with who, when and why, and stand in the shadow without effect', async () => {
    const first = await read('/v1/risk/rules/1');
    expect(first.rules).toMatchObject({
      ...{
        version: 1,
        mode: 'active',
        status: 'active',
        publishedBy: 'system test',
        endedAt: null,
      },
      ruleSet,
    });
    const body = { mode: 'shadow', reason: 'too many false alarms', ruleSet: lenient };
    const published = await post('/v1/risk/rules', body);
    expect(published).toMatchObject({ status: 201, active: 1, shadow: 2, repeat: false });
    expect(await post('/v1/risk/rules', body)).toMatchObject({ status: 200, repeat: true });
    await stage.player('p-4', '5000000');
    const { withdrawal } = await withdraw('p-4');
    const { risk } = await read(`/v1/withdrawals/${withdrawal}/risk`);
    expect(risk).toMatchObject({ ruleSet: 1, score: 95, outcome: 'hold' });
    expect(risk.shadow).toMatchObject({ ruleSet: 2, score: 95, outcome: 'pass' });
  });

  it('A1 keep their history when others take their place', async () => {
    const body = { mode: 'active', reason: 'the trial went well', ruleSet: lenient };
    expect(await post('/v1/risk/rules', body)).toMatchObject({ active: 3, shadow: null });
    const { items } = await read('/v1/risk/rules');
    expect(items).toMatchObject([
      {
        version: 3,
        status: 'active',
        reason: 'the trial went well',
        publishedBy: 'back-office alice',
      },
      {
        version: 2,
        status: 'past',
        endedBy: 'back-office alice',
        endReason: 'the trial went well',
      },
      { version: 1, status: 'past', endReason: null, endedBy: 'back-office alice' },
    ]);
    expect(await read('/v1/risk/rules/9')).toMatchObject({ code: 'rule-set-not-found' });
    const ended = await post('/v1/risk/rules/end-shadow', { reason: 'none is there' });
    expect(ended).toMatchObject({ status: 200, repeat: true, shadow: null });
  });

  it('name the field that is wrong in them', async () => {
    const [first, ...others] = ruleSet.rules;
    const wrong = { ...ruleSet, rules: [{ ...first, window: '2h' }, ...others] };
    const body = { mode: 'active', reason: 'a slip', ruleSet: wrong };
    expect(await post('/v1/risk/rules', body)).toMatchObject({
      ...{ status: 400, code: 'invalid-input' },
      errors: [{ field: 'ruleSet.rules.0.window', in: 'body' }],
    });
  });
});
