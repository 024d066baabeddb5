import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleError } from '../../../src/adapters/http/error-handler.ts';
import { PROBLEMS, Problem, problemBody } from '../../../src/adapters/http/problems.ts';
import { ChainUnavailable } from '../../../src/chain.ts';
import { REJECTIONS } from '../../../src/domain/rejections.ts';
import { OutcomeUnknown, StoreUnavailable } from '../../../src/event-store.ts';
import { NotYetThere, ReportTooLarge } from '../../../src/projections/read-models.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let thrown: unknown;
beforeAll(async () => {
  const readModels = new Proxy({} as Stage['readModels'], {
    get: () => async () => {
      throw thrown;
    },
  });
  stage = await openStage({ readModels });
});
afterAll(() => stage.close());

const failing = async (error: unknown, url = '/v1/trial-balance') => {
  thrown = error;
  return stage.as('audrey', { url });
};

describe('the catalogue', () => {
  it('L10 has every refusal of the domain, with its sentence', () => {
    for (const [code, title] of Object.entries(REJECTIONS)) {
      const kind = PROBLEMS[code as keyof typeof PROBLEMS];
      expect(kind, code).toMatchObject({ title });
      expect(kind.status, code).toBeGreaterThanOrEqual(400);
      expect(kind.status, code).toBeLessThan(500);
    }
  });

  it('is shown to everybody', async () => {
    const { problems } = (await stage.as(null, { url: '/problems' })).json();
    expect(problems).toHaveLength(Object.keys(PROBLEMS).length);
    expect(problems).toContainEqual({
      ...{ code: 'insufficient-funds', status: 409, type: '/problems/insufficient-funds' },
      title: 'The available balance is below the amount.',
    });
  });

  it('says when to come back, wherever coming back helps', () => {
    for (const [code, { status, retryAfterSeconds }] of Object.entries(PROBLEMS)) {
      expect(retryAfterSeconds !== undefined, code).toBe(status === 503 || status === 504);
    }
  });

  it('keeps the reserved members, whatever the details are called', () => {
    const details = { status: 'rejected', code: 'x', available: '1' };
    const body = JSON.parse(problemBody(new Problem('key-reused', 'why', details), 'req-1'));
    expect(body).toMatchObject({
      ...{ status: 409, code: 'key-reused', detail: 'why', instance: 'req-1' },
      ...{ currentStatus: 'rejected', currentCode: 'x', available: '1' },
    });
  });
});

describe('failures', () => {
  it.each([
    ['store-unavailable', new StoreUnavailable('select secret from x'), 503, '1'],
    ['outcome-unknown', new OutcomeUnknown('append'), 503, '1'],
    ['chain-unavailable', new ChainUnavailable('http://user:pass@node'), 503, '5'],
    ['read-model-behind', new NotYetThere('0000000000000009', '0000000000000003'), 504, '1'],
    ['report-too-large', new ReportTooLarge(10_000), 422, undefined],
    ['read-models-unavailable', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 503, '1'],
    ['read-models-unavailable', Object.assign(new Error('x'), { code: '57P01' }), 503, '1'],
    ['read-models-unavailable', new Error('Connection terminated unexpectedly'), 503, '1'],
  ])('%s', async (code, error, status, retryAfter) => {
    const answer = await failing(error);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().code).toBe(code);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it.each([
    ['a defect', new TypeError("cannot read 'x' of postgres://user:pass@db")],
    ['a wrong statement', Object.assign(new Error('relation "y"'), { code: '42P01' })],
    ['something that is no error', 'text'],
  ])('S1 %s is told to nobody', async (_what, error) => {
    const answer = await failing(error);
    const { instance, ...said } = answer.json();
    expect(said).toEqual({
      ...{ type: '/problems/internal', code: 'internal', status: 500 },
      title: PROBLEMS.internal.title,
      detail: PROBLEMS.internal.title,
    });
    expect(instance).toBe(answer.headers['x-request-id']);
  });

  it('L10 a lost connection is never taken for a refusal of a write', () => {
    const sent: number[] = [];
    const reply = {
      code(status: number) {
        sent.push(status);
        return reply;
      },
      ...{ headers: () => reply, type: () => reply, send: () => reply, request: { id: 'r' } },
    };
    const request = { method: 'POST', log: { error: () => {} } };
    const error = Object.assign(new Error('x'), { code: 'ECONNRESET' });
    handleError(error, request as never, reply as never);
    expect(sent).toEqual([500]);
  });
});

describe('addresses', () => {
  it('says what a wrong method could have been', async () => {
    const url = '/v1/withdrawals/00000000-0000-4000-8000-000000000000';
    const answer = await stage.as('bob', { method: 'POST', url, body: {} });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET');
    const list = await stage.app.inject({ method: 'DELETE', url: '/v1/withdrawals' });
    expect(list.headers.allow).toBe('POST, GET');
  });

  it('knows no others', async () => {
    for (const url of ['/', '/v1', '/v2/bets', '/v1/bets/', '/v1/players/a/b', '/V1/bets']) {
      const answer = await stage.as('bob', { method: 'POST', url, body: {} });
      expect([answer.statusCode, answer.json().code], url).toEqual([404, 'not-found']);
    }
  });
});
