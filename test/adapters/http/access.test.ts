import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteEntry } from '../../../src/adapters/http/route-table.ts';
import { createServer } from '../../../src/adapters/http/server.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { CHAIN, KEYS, openStage, type Stage, type Who } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const EVERYBODY = ['game-service', 'back-office', 'auditor'];
const STAFF = ['back-office', 'auditor'];

/** Written down a second time on purpose: a changed admission must be changed here too. */
const ADMISSIONS: Readonly<Record<string, readonly string[] | 'public'>> = {
  'POST /v1/players': ['game-service', 'back-office'],
  'POST /v1/players/:brand/:player/deposit-addresses': ['game-service', 'back-office'],
  'GET /v1/players/:brand/:player/balances': EVERYBODY,
  'GET /v1/players/:brand/:player/exclusions': STAFF,
  'POST /v1/players/:brand/:player/exclusions': ['back-office'],
  'POST /v1/players/:brand/:player/exclusions/lift': ['back-office'],
  'POST /v1/sessions': ['game-service', 'back-office'],
  'POST /v1/sessions/close': ['game-service', 'back-office'],
  'GET /v1/accounts/:brand/:player/:currency/limits': STAFF,
  'POST /v1/accounts/:brand/:player/:currency/limits': ['back-office'],
  'POST /v1/bets': ['game-service'],
  'POST /v1/wins': ['game-service'],
  'POST /v1/credits': ['game-service'],
  'POST /v1/batches': ['game-service'],
  'POST /v1/rollbacks': ['game-service'],
  'POST /v1/rounds/close': ['game-service'],
  'POST /v1/withdrawals': ['game-service', 'back-office'],
  'GET /v1/withdrawals': STAFF,
  'GET /v1/withdrawals/:id': STAFF,
  'POST /v1/withdrawals/:id/approve': ['back-office'],
  'POST /v1/withdrawals/:id/reject': ['back-office'],
  'POST /v1/withdrawals/:id/cancel': ['back-office', 'game-service'],
  'POST /v1/withdrawals/:id/hold': ['back-office'],
  'POST /v1/withdrawals/:id/release': ['back-office'],
  'GET /v1/deposits': STAFF,
  'GET /v1/wallets': STAFF,
  'GET /v1/feed': STAFF,
  'GET /metrics': ['monitor', ...STAFF],
  'GET /v1/deposits/:id': STAFF,
  'GET /v1/accounts/:brand/:player/:currency/history': STAFF,
  'GET /v1/accounts/:brand/:player/:currency/statement': STAFF,
  'GET /v1/house-balances': STAFF,
  'GET /v1/journal': STAFF,
  'GET /v1/journal/export': STAFF,
  'GET /v1/ledger-accounts': STAFF,
  'GET /v1/ledger-accounts/:account/:currency/statement': STAFF,
  'GET /v1/trial-balance': STAFF,
  'GET /v1/read-models': STAFF,
  'POST /v1/rates': ['back-office'],
  'GET /v1/rates': STAFF,
  'GET /v1/analytics/report': STAFF,
  'GET /v1/analytics/players': STAFF,
  'GET /v1/analytics/durations': STAFF,
  'GET /v1/analytics/retention': STAFF,
  'GET /v1/players/:brand/:player/risk': STAFF,
  'GET /v1/withdrawals/:id/risk': STAFF,
  'GET /v1/risk/players': STAFF,
  'GET /v1/risk/withdrawals': STAFF,
  'GET /v1/risk/rules': STAFF,
  'GET /v1/risk/rules/:version': STAFF,
  'POST /v1/risk/rules': ['back-office'],
  'POST /v1/risk/rules/end-shadow': ['back-office'],
  'GET /v1/currencies': EVERYBODY,
  'GET /health': 'public',
  'GET /ready': 'public',
  'GET /problems': 'public',
  'GET /openapi.json': 'public',
};

const nameOf = ({ method, url }: RouteEntry) => `${method} ${url}`;
const ofDocs = ({ url }: RouteEntry) => url.startsWith('/docs');

const FILLED: Readonly<Record<string, string>> = {
  ':brand': 'main',
  ':player': 'p-1',
  ':currency': 'USDT',
  ':version': '1',
  ':account': 'gaming',
  ':id': '00000000-0000-4000-8000-000000000000',
};
const filled = (url: string) => url.replace(/:[a-z]+/g, (name) => FILLED[name] ?? name);

describe('roles', () => {
  it('S2 every route is in the table of admissions, and nothing else is', () => {
    const routes = stage.app.routeTable.entries().filter((route) => !ofDocs(route));
    expect(routes.map(nameOf).sort()).toEqual(Object.keys(ADMISSIONS).sort());
    for (const route of stage.app.routeTable.entries().filter(ofDocs)) {
      expect(['GET', 'HEAD']).toContain(route.method);
      expect(route.roles).toBe('public');
    }
  });

  const cases = Object.entries(ADMISSIONS).flatMap(([route, roles]) =>
    ([...Object.keys(KEYS), null] as (Who | null)[]).map((who) => ({ route, who, roles })),
  );
  it.each(cases)('S2 $route for $who', async ({ route, who, roles }) => {
    const [method, path = ''] = route.split(' ');
    const isPost = method === 'POST';
    const call = { method: isPost ? 'POST' : 'GET', url: filled(path) } as const;
    // An empty object is wrong input everywhere: who is admitted gets that far, and no further.
    const answer = await stage.as(who, isPost ? { ...call, body: {} } : call);
    const isProblem = String(answer.headers['content-type']).includes('problem+json');
    const code = isProblem ? answer.json().code : null;
    if (roles === 'public') expect(answer.statusCode).toBe(200);
    else if (who === null) expect([answer.statusCode, code]).toEqual([401, 'unauthenticated']);
    else if (!roles.includes(KEYS[who].role)) {
      expect([answer.statusCode, code]).toEqual([403, 'forbidden']);
    } else expect([401, 403]).not.toContain(answer.statusCode);
  });
});

describe('a route that names no roles', () => {
  it('S2 is closed to everybody, whatever it would do', async () => {
    const app = createServer({
      ...{
        house: stage.house,
        readModels: stage.readModels,
        feed: stage.feed,
        metrics: stage.metrics,
        keys: Object.values(KEYS),
      },
      ...{ system: realSystem, readiness: async () => [], logger: false, version: '0' },
      ...{ signatureWindowSeconds: 300, waitForMs: 0 },
    });
    let reached = 0;
    app.get('/v1/forgotten', async () => ({ reached: ++reached }));
    const bearer = { authorization: `Bearer alice.${KEYS.alice.secret}` };
    for (const headers of [{}, bearer]) {
      const answer = await app.inject({ url: '/v1/forgotten', headers });
      expect(answer.statusCode).toBe(403);
      expect(answer.json().code).toBe('route-closed');
    }
    expect(reached).toBe(0);
    await app.close();
  });
});

describe('bearer keys', () => {
  const read = (authorization: string) =>
    stage.app.inject({ url: '/v1/currencies', headers: { authorization } });
  const { alice, acme } = KEYS;

  it('takes the right secret only', async () => {
    expect((await read(`Bearer alice.${alice.secret}`)).statusCode).toBe(200);
    expect((await read(`bearer alice.${alice.secret}`)).statusCode).toBe(200);
  });

  it.each([
    ['another secret', `Bearer alice.${KEYS.bob.secret}`],
    ['a part of the secret', `Bearer alice.${alice.secret.slice(0, -1)}`],
    ['more than the secret', `Bearer alice.${alice.secret}x`],
    ['no secret', 'Bearer alice.'],
    ['no id', `Bearer .${alice.secret}`],
    ['an unknown id', `Bearer nobody.${alice.secret}`],
    ['the secret of nobody', 'Bearer .nobody'],
    ['the key of a game service', `Bearer acme.${acme.secret}`],
    ['another scheme', `Basic ${Buffer.from(`alice:${alice.secret}`).toString('base64')}`],
    ['nothing', ''],
  ])('refuses %s, always with the same words', async (_what, authorization) => {
    const answer = await read(authorization);
    const { instance: _, ...said } = answer.json();
    expect(said).toEqual({
      ...{ type: '/problems/unauthenticated', title: 'This needs a valid key.', status: 401 },
      ...{ detail: 'This needs a valid key.', code: 'unauthenticated' },
    });
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  it('tells a stranger nothing about bodies, fields or ids', async () => {
    const bodies = ['{', '{}', JSON.stringify({ chain: CHAIN }), '[]', 'x'.repeat(1000)];
    const answers = await Promise.all(
      bodies.map(async (body) => {
        const call = { method: 'POST', url: '/v1/players', body } as const;
        const { instance: _, ...said } = (await stage.as(null, call)).json();
        return JSON.stringify(said);
      }),
    );
    expect(new Set(answers).size).toBe(1);
  });
});
