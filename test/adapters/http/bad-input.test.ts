import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../../src/adapters/http/problems.ts';
import { tokenOf } from '../../support/sessions.ts';
import { badRequests } from './bad-requests.ts';
import { type Target, targets } from './bad-routes.ts';
import { CHAIN, DESTINATION, openStage, type Stage, type Who } from './stage.ts';

/**
 * Every route gets hundreds of requests that it must refuse. Each answer is a 4xx with a code of
 * the catalogue, a validation error names its field, and the log is afterwards what it was before.
 */

const ROUTES = Object.keys(targets('', '', ''));
const LEAST = 300;

/** The one withdrawal is a game service's and approved first; and there is no deposit. */
const STATUS_OF_GOOD: Readonly<Record<string, readonly number[]>> = {
  'POST /v1/withdrawals/:id/reject': [409],
  'POST /v1/withdrawals/:id/cancel': [403],
  'POST /v1/withdrawals/:id/hold': [409],
  'POST /v1/withdrawals/:id/release': [409],
  'GET /v1/deposits/:id': [404],
};

const thrown = new Map<string, number>();
let stage: Stage;
let all: Record<string, Target>;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '10000000');
  const player = { player: 'p-1', currency: 'USDT' };
  const session = tokenOf('acme-games');
  const bet = { ...player, session, transaction: 'tx-0', round: 'r-0', game: 'dice', amount: '1' };
  await stage.as('acme', { method: 'POST', url: '/v1/bets', body: bet });
  const body = { ...player, chain: CHAIN, destination: DESTINATION, amount: '1000' };
  const headers = { 'idempotency-key': 'k-0' };
  const call = { method: 'POST', url: '/v1/withdrawals', body, headers } as const;
  const { withdrawal } = (await stage.as('acme', call)).json();
  const waitFor = await stage.store.head();
  const read = await stage.as('bob', { url: `/v1/withdrawals/${withdrawal}?waitFor=${waitFor}` });
  const opened = await stage.as('acme', { method: 'POST', url: '/v1/sessions', body: player });
  all = targets(withdrawal, read.json().withdrawal.contentHash, opened.json().session);
});
afterAll(() => stage.close());

const targetOf = (route: string): Target => {
  const target = all[route];
  if (target === undefined) throw new Error(`no target for ${route}`);
  return target;
};

describe('bad input', () => {
  it('is thrown at every route that there is', () => {
    const served = stage.app.routeTable
      .entries()
      .filter(({ url }) => !url.startsWith('/docs'))
      .map(({ method, url }) => `${method} ${url}`);
    expect(ROUTES.toSorted()).toEqual(served.toSorted());
  });

  it.each(ROUTES)('L10 changes nothing at %s and is always refused by name', async (route) => {
    const before = [await stage.store.head(), await stage.events()];
    const requests = badRequests(route, targetOf(route), ROUTES, Date.now());
    expect(requests.length).toBeGreaterThanOrEqual(LEAST);
    thrown.set(route, requests.length);
    const wrong: string[] = [];
    for (const { what, field, inject } of requests) {
      const answer = await stage.app.inject(inject);
      const fault = faultOf(answer, field);
      if (fault !== null) wrong.push(`${what}: ${fault}`);
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect([await stage.store.head(), await stage.events()]).toEqual(before);
  });

  it('was counted for every route', () => {
    expect([...thrown.keys()]).toEqual(ROUTES);
    const total = [...thrown.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(ROUTES.length * LEAST);
  });

  it('refuses names that could poison a prototype before any schema sees them', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      for (const body of [`{"player":"p-9","${name}":{"a":1}}`, `{"player":{"${name}":1}}`]) {
        const answer = await stage.as('alice', { method: 'POST', url: '/v1/players', body });
        expect(answer.json(), body).toMatchObject({ code: 'malformed-json', status: 400 });
      }
    }
  });

  it.each(ROUTES)('is bad only by what was spoiled: %s takes the good request', async (route) => {
    const { who, params = {}, headers = {}, body } = targetOf(route);
    const [method = '', pattern = ''] = route.split(' ');
    const url = pattern.replace(/:([a-z]+)/g, (_, name) => params[name]?.[0] ?? '');
    const good = (entries: object) =>
      Object.fromEntries(Object.entries(entries).map(([name, [value]]) => [name, value]));
    const call = { method: method as 'GET', url, headers: good(headers) };
    const answer = await stage.as(who as Who | null, body ? { ...call, body: good(body) } : call);
    expect(STATUS_OF_GOOD[route] ?? [200, 201], answer.body).toContain(answer.statusCode);
  });
});

interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Null when the answer is what a bad request must get. */
function faultOf({ statusCode, headers, body }: LightMyRequestResponse, field?: string) {
  const shown = `${statusCode} ${body.slice(0, 200)}`;
  if (statusCode < 400 || statusCode > 499) return shown;
  if (!String(headers['content-type']).startsWith('application/problem+json')) return shown;
  const problem = JSON.parse(body);
  const kind = PROBLEMS[problem.code as keyof typeof PROBLEMS];
  if (kind?.status !== statusCode || problem.status !== statusCode) return shown;
  if (problem.instance !== headers['x-request-id']) return `no request id: ${shown}`;
  if (/\bat .*\.[jt]s:|node_modules|select |insert /.test(body)) return `it tells: ${body}`;
  if (problem.code !== 'invalid-input') return null;
  const errors: readonly FieldError[] = problem.errors;
  const isNamed = errors.length > 0 && errors.every((e) => e.field !== '' && e.message !== '');
  if (!isNamed) return `no field: ${shown}`;
  if (field === undefined) return null;
  const isRight = errors.some((e) => e.field === field || e.field.startsWith(`${field}.`));
  return isRight ? null : `not ${field}: ${shown}`;
}
