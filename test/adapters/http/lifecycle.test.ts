import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { REDACTED_PATHS } from '../../../src/adapters/http/access-log.ts';
import type { ReadinessPart } from '../../../src/adapters/http/deps.ts';
import { handleError } from '../../../src/adapters/http/error-handler.ts';
import { limitLoad } from '../../../src/adapters/http/load.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { tokenOf } from '../../support/sessions.ts';
import { credentials, KEYS, openStage, type Stage } from './stage.ts';

const stages: Stage[] = [];
const open = async (...overrides: Parameters<typeof openStage>) => {
  const stage = await openStage(...overrides);
  stages.push(stage);
  return stage;
};
afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()));
});

/** A promise and the function that resolves it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('closing', () => {
  it('waits for no connection that was never used', async () => {
    const stage = await open();
    await stage.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = stage.app.server.address() as AddressInfo;
    const spare = connect(port, '127.0.0.1');
    await once(spare, 'connect');
    await realSystem.sleep(20);
    const started = Date.now();
    await stage.app.close();
    expect(Date.now() - started).toBeLessThan(10_000);
    spare.destroy();
  });

  it('finishes what is under way and takes nothing new', async () => {
    const [entered, leave] = [gate(), gate()];
    const stage = await open({
      readiness: async () => {
        entered.open();
        await leave.opened;
        return [{ name: 'slow', ready: true, detail: '' }];
      },
    });
    await stage.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = stage.app.server.address() as AddressInfo;
    const slow = talk(port, 'GET /ready HTTP/1.1\r\nhost: x\r\n\r\n');
    await entered.opened;
    // Begun before the end, and whole only after it.
    const accepted = once(stage.app.server, 'connection') as Promise<[Socket]>;
    const late = talk(port, 'GET /health HTTP/1.1\r\n');
    const [theirs] = await accepted;
    while (theirs.bytesRead === 0) await realSystem.sleep(5);
    const closed = stage.app.close();
    await realSystem.sleep(50);
    late.socket.write('host: x\r\n\r\n');
    await late.ended;
    leave.open();
    await Promise.all([closed, slow.ended]);
    expect(slow.received()).toContain('HTTP/1.1 200 OK');
    expect(slow.received()).toContain('{"ready":true,"parts":[{"name":"slow"');
    expect(slow.received()).toContain('connection: close');
    expect(late.received()).toContain('HTTP/1.1 503 Service Unavailable');
    expect(late.received()).toContain('"code":"shutting-down"');
    expect(late.received()).toContain('retry-after: 1');
  });
});

function talk(port: number, text: string) {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (bytes) => {
    received += bytes;
  });
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.write(text);
  return { socket, ended, received: () => received };
}

describe('load', () => {
  it('is refused above the limit, with a time to come back', async () => {
    const app = Fastify();
    const leave = gate();
    app.setErrorHandler(handleError);
    limitLoad(app as never, 2);
    app.get('/', () => leave.opened.then(() => 'done'));
    const slow = [app.inject('/'), app.inject('/')];
    await realSystem.sleep(20);
    const refused = await app.inject('/');
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.json().code).toBe('overloaded');
    leave.open();
    expect((await Promise.all(slow)).map((answer) => answer.statusCode)).toEqual([200, 200]);
    expect((await app.inject('/')).statusCode).toBe(200);
    await app.close();
  });
});

describe('readiness', () => {
  const cases: readonly (readonly [string, () => Promise<ReadinessPart[]>, string])[] = [
    [
      'a part that is not ready',
      async () => [
        { name: 'log', ready: true, detail: '' },
        { name: 'node', ready: false, detail: 'not reached' },
      ],
      'not reached',
    ],
    ['an answer that fails', () => Promise.reject(new Error('secret')), 'could not be asked'],
    ['an answer that never comes', () => new Promise(() => {}), 'no answer in time'],
  ];
  it.each(cases)('is 503 for %s', async (_what, readiness, detail) => {
    const stage = await open({ readiness });
    const answer = await stage.as(null, { url: '/ready' });
    expect(answer.statusCode).toBe(503);
    expect(answer.json().ready).toBe(false);
    expect(JSON.stringify(answer.json().parts)).toContain(detail);
    expect(answer.body).not.toContain('secret');
  });
});

describe('the access log', () => {
  /** A server that logs into a list, with whatever is given as its logger. */
  async function logging(asInstance: boolean) {
    const lines: string[] = [];
    const stream = { write: (line: string) => void lines.push(line) };
    const logger = asInstance ? pino({ redact: REDACTED_PATHS }, stream) : { stream };
    return { stage: await open({ logger }), lines };
  }

  it.each([true, false])('S1 holds ids and never a secret (instance: %s)', async (asInstance) => {
    const { stage, lines } = await logging(asInstance);
    const { acme, alice } = KEYS;
    const body = { player: 'p-1', currency: 'USDT', transaction: 't', round: 'r', game: 'g' };
    const session = tokenOf('acme-games');
    const bet = {
      method: 'POST',
      url: '/v1/bets',
      body: { ...body, session, amount: '1' },
    } as const;
    const signature = credentials(acme, bet, Date.now())['x-signature'] ?? '';
    await stage.as('acme', { ...bet, headers: { cookie: 'session=cookie-value' } });
    await stage.as('acme', { ...bet, headers: { 'x-signature': 'f'.repeat(64) } });
    await stage.as('alice', { url: '/v1/currencies', headers: { 'x-correlation-id': 'c-77' } });
    await stage.as('alice', bet);
    await stage.app.inject({
      url: '/v1/currencies',
      headers: { authorization: 'Bearer alice.wrong-secret-of-alice' },
    });
    stage.app.log.info({ req: { headers: { authorization: 'a-bearer', cookie: 'a-cookie' } } });
    stage.app.log.info({ key: alice, headers: { 'x-signature': signature } });
    const all = lines.join('');
    const secrets = [
      session,
      acme.secret,
      alice.secret,
      signature,
      'f'.repeat(64),
      'wrong-secret-of-alice',
    ];
    for (const secret of [...secrets, 'cookie-value', 'a-bearer', 'a-cookie']) {
      expect(all).not.toContain(secret);
    }
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed).toContainEqual(
      expect.objectContaining({ correlationId: 'c-77', keyId: 'alice', status: 200 }),
    );
    expect(parsed).toContainEqual(
      expect.objectContaining({ denied: 'signature-invalid', keyId: 'acme', route: '/v1/bets' }),
    );
    expect(parsed).toContainEqual(expect.objectContaining({ denied: 'forbidden', keyId: 'alice' }));
    expect(parsed).toContainEqual(
      expect.objectContaining({ denied: 'unauthenticated', keyId: 'alice' }),
    );
  });
});

describe('over a real socket', () => {
  it('answers what is no HTTP with a problem', async () => {
    const stage = await open();
    await stage.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = stage.app.server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('"code":"malformed-request"');
  });

  it('stops reading a body that is too large', async () => {
    const stage = await open();
    await stage.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = stage.app.server.address() as AddressInfo;
    const headers = {
      authorization: `Bearer alice.${KEYS.alice.secret}`,
      'content-type': 'application/json',
    };
    const [status, text] = await new Promise<[number | undefined, string]>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/v1/players', method: 'POST', headers };
      const sent = httpRequest(options, (answer) => {
        let body = '';
        answer.on('data', (bytes) => {
          body += bytes;
        });
        answer.on('end', () => resolve([answer.statusCode, body]));
      });
      sent.on('error', reject);
      // Chunked, so that no content-length gives it away.
      sent.write('x'.repeat(300 * 1024));
    });
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ code: 'body-too-large' });
  });
});
