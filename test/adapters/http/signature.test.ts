import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signer } from '../../../src/adapters/http/signature.ts';
import { tokenOf } from '../../support/sessions.ts';
import { KEYS, openStage, type Stage } from './stage.ts';

const NEXT = 'the-next-secret-of-acme-0123456789abcdef';

let stage: Stage;
beforeAll(async () => {
  const acme = { ...KEYS.acme, nextSecret: NEXT };
  stage = await openStage({ keys: [acme, KEYS.rival, KEYS.alice] });
  await stage.player('p-1', '10000000');
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.clock.shiftMs = 0;
});

const BODY = JSON.stringify({
  ...{ player: 'p-1', currency: 'USDT', transaction: 's1', round: 'r1', game: 'dice' },
  ...{ amount: '1000', session: tokenOf('acme-games') },
});

interface Sent {
  id?: string;
  secret?: string;
  method?: 'GET' | 'POST';
  path?: string;
  body?: string;
  timestamp?: string;
}

/** Written out here, as a client would, so that the server's own function isn't its witness. */
function headersOf(sent: Sent) {
  const { id = 'acme', secret = KEYS.acme.secret, method = 'POST', path = '/v1/bets' } = sent;
  const { body = BODY, timestamp = String(Math.floor(Date.now() / 1000)) } = sent;
  const signature = createHmac('sha256', secret)
    .update(`${timestamp}.${method}.${path}.${body}`)
    .digest('hex');
  return {
    'content-type': 'application/json',
    ...{ 'x-key-id': id, 'x-timestamp': timestamp, 'x-signature': signature },
  };
}

/** Signs one request and sends another: what isn't given is the same in both. */
async function send(signed: Sent, really: Sent = {}, headers: Record<string, string> = {}) {
  const { method = 'POST', path = '/v1/bets', body = BODY } = { ...signed, ...really };
  const all = { ...headersOf(signed), ...headers };
  const payload = method === 'GET' ? {} : { payload: body };
  const answer = await stage.app.inject({ method, url: path, headers: all, ...payload });
  return { status: answer.statusCode, ...answer.json() };
}

const seconds = (shift: number) => String(Math.floor(Date.now() / 1000) + shift);

describe('a signed request', () => {
  it('S3 is taken when key, time and every byte fit', async () => {
    expect(await send({})).toMatchObject({ status: 200, available: '9999000' });
  });

  it('S3 is taken with either of two live secrets, and says nothing of which', async () => {
    expect(await send({ secret: NEXT })).toMatchObject({ status: 200, repeat: true });
    expect(await send({})).toMatchObject({ status: 200, repeat: true });
  });

  it('S3 sent again within the window is answered as a repeat, with one effect', async () => {
    const before = await stage.events();
    const headers = headersOf({});
    for (let time = 0; time < 5; time++) {
      const url = '/v1/bets';
      const again = await stage.app.inject({ method: 'POST', url, headers, payload: BODY });
      expect(again.json()).toMatchObject({ available: '9999000', repeat: true });
    }
    expect(await stage.events()).toBe(before);
  });

  it('S3 covers the query too', async () => {
    const path = '/v1/players/main/p-1/balances?waitFor=0000000000000001';
    const signed = { method: 'GET', path, body: '' } as const;
    expect((await send(signed)).status).toBe(200);
    const other = { path: path.replace(/1$/, '2') };
    expect((await send(signed, other)).code).toBe('signature-invalid');
  });
});

describe('a signature', () => {
  const lengths = [1, 40, 64, 65, 256];

  it.each(lengths)('S3 is the HMAC that every library makes, for a secret of %i', (length) => {
    for (const body of ['', BODY, 'é💰'.repeat(40), Buffer.from([0, 0xff, 0x0a])]) {
      const secret = 'ключ'.repeat(length).slice(0, length);
      const parts = { timestamp: '1700000000', method: 'post', path: '/v1/é?a=1', body };
      const hmac = createHmac('sha256', secret).update('1700000000.POST./v1/é?a=1.').update(body);
      expect(signer(secret)(parts)).toBe(hmac.digest('hex'));
    }
  });

  it('S3 is the same whatever its signer signed before, with room for it or without', () => {
    const sign = signer('secret');
    for (const length of [10_000, 1, 3_999, 5_000, 0, 4_096, 300_000, 2]) {
      const parts = {
        timestamp: '1700000000',
        method: 'POST',
        path: `/${'é'.repeat(length % 90)}`,
      };
      const body = Buffer.alloc(length, `${length}`);
      const hmac = createHmac('sha256', 'secret').update(`1700000000.POST.${parts.path}.`);
      expect(sign({ ...parts, body })).toBe(hmac.update(body).digest('hex'));
    }
  });
});

describe('time', () => {
  it.each([-299, 0, 299])('S3 %i seconds from now is inside', async (shift) => {
    expect((await send({ timestamp: seconds(shift) })).status).toBe(200);
  });

  it.each([-302, 302, -86_400, 86_400])('S3 %i seconds from now is stale', async (shift) => {
    const refused = await send({ timestamp: seconds(shift) });
    expect(refused).toMatchObject({ status: 401, code: 'signature-stale' });
  });

  it('S3 goes by the clock of the house', async () => {
    stage.clock.shiftMs = 3_600_000;
    expect((await send({})).code).toBe('signature-stale');
  });

  it('S3 a wrong signature is told nothing about the time', async () => {
    const refused = await send({ timestamp: seconds(-5000), secret: 'x' });
    expect(refused.code).toBe('signature-invalid');
  });
});

describe('forgery', () => {
  it.each<[string, Sent, Sent]>([
    ['one byte of the body', {}, { body: BODY.replace('"1000"', '"1001"') }],
    ['white space added to the body', {}, { body: `${BODY} ` }],
    ['no body', {}, { body: '' }],
    ['another path', {}, { path: '/v1/wins' }],
    ['a query added', {}, { path: '/v1/bets?a=1' }],
    ['another method', { method: 'GET' }, { method: 'POST' }],
    ["another service's secret", { secret: KEYS.rival.secret }, {}],
    ["another service's id", { id: 'rival' }, {}],
    ['an id that nobody has', { id: 'nobody' }, {}],
    ['the id of a person', { id: 'alice', secret: KEYS.alice.secret }, {}],
    ['an empty id', { id: '', secret: '' }, {}],
  ])('S3 %s is refused', async (_what, signed, really) => {
    const before = await stage.events();
    expect(await send(signed, really)).toMatchObject({ status: 401, code: 'signature-invalid' });
    expect(await stage.events()).toBe(before);
  });

  it('S3 an id that nobody has and a wrong secret get the same answer', async () => {
    const { instance: _a, ...nobody } = await send({ id: 'nobody' });
    const { instance: _b, ...wrong } = await send({ secret: 'wrong' });
    expect(nobody).toEqual(wrong);
  });

  it('S3 nothing in the body is looked at before the signature fits', async () => {
    for (const body of ['', '{', '[]', '{"player":1}', '{"__proto__":1}', '\u0000', BODY]) {
      const refused = await send({ body, secret: 'wrong' });
      expect(refused, body).toMatchObject({ status: 401, code: 'signature-invalid' });
      expect(refused.errors).toBeUndefined();
    }
  });

  const fresh = headersOf({});
  it.each(['x-key-id', 'x-timestamp', 'x-signature'] as const)(
    'S3 without %s nobody is there',
    async (name) => {
      const { [name]: _, ...headers } = fresh;
      const url = '/v1/bets';
      const refused = await stage.app.inject({ method: 'POST', url, headers, payload: BODY });
      expect(refused.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
    },
  );

  it.each([
    ['an upper-case signature', { 'x-signature': fresh['x-signature'].toUpperCase() }],
    ['a short signature', { 'x-signature': fresh['x-signature'].slice(0, 63) }],
    ['a signature in base64', { 'x-signature': 'k'.repeat(43) }],
    ['a timestamp in milliseconds', { 'x-timestamp': String(Date.now()) }],
    ['a timestamp with a fraction', { 'x-timestamp': `${seconds(0)}.5` }],
    ['a negative timestamp', { 'x-timestamp': '-5' }],
    ['two kinds of credentials', { authorization: `Bearer alice.${KEYS.alice.secret}` }],
  ])('S3 %s is no credential', async (_what, headers) => {
    expect(await send({}, {}, headers)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});
