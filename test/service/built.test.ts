import { execFile } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import { PROJECTIONS } from '../../src/projections/all.ts';
import { anvil, type TestAnvil } from '../support/anvil.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { API_KEYS, ask, credentials, KEYS, type Reply } from './api-client.ts';
import { type Built, build } from './built.ts';
import { environmentOf, type ServiceProcess, startServiceProcess } from './service-process.ts';

/**
 * Goal: what `npm run build` makes is the product. Method: the built command line is run as others
 * run it, a child with an environment, over HTTP, on a real Postgres and a real node.
 */
const LONGEST_END_MS = 3_000;
const KEPT_OPEN_MS = 60_000;

let built: Built;
let database: FreshDatabase;
let node: TestAnvil;

beforeAll(async () => {
  [built, database, node] = await Promise.all([build(), freshDatabase(), anvil()]);
});

afterAll(async () => {
  await Promise.all([built?.remove(), database?.drop(), node?.stop()]);
});

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const [command, file] = built.cli;
  const options = { cwd: built.directory, env: environmentOf(env), timeout: 30_000 };
  return promisify(execFile)(command, [file, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

describe('the command line', () => {
  it('explains itself and every subcommand', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    const listed = help.output.split('Commands:')[1] ?? '';
    const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? '');
    expect(names).toEqual(expect.arrayContaining(['serve', 'demo', 'verify']));
    for (const name of names) {
      const { code, output } = await run([name, '--help']);
      expect(code, name).toBe(0);
      expect(output, name).toContain('Usage: countinghouse');
    }
  });

  it('refuses a command that it does not have', async () => {
    const { code, output } = await run(['sevre']);
    expect(code).toBe(1);
    expect(output).toContain('sevre');
  });

  it('refuses production without its own keys, names each variable, and shows no secret', async () => {
    const secret = 'do-not-show-this-secret-to-anybody';
    const keys = [{ id: 'dev-game', role: 'game-service', provider: 'acme', secret }];
    const { privateKey } = node.account(9);
    const settings = {
      ...{ NODE_ENV: 'production', API_KEYS: JSON.stringify(keys) },
      ...{ EVM_HOT_WALLET_KEY: privateKey, PARTS: 'api,payouts' },
    };
    const { code, output } = await run(['serve'], settings);
    expect(code).toBe(1);
    for (const name of ['API_KEYS', 'EVM_XPUB', 'DATABASE_URL', 'EVM_RPC_URL']) {
      expect(output).toMatch(new RegExp(`^  ${name} .*\\. For example: .+$`, 'm'));
    }
    expect(output).toMatch(/^ {2}EVM_HOT_WALLET_KEY is a development wallet/m);
    expect(output).not.toContain(secret);
    expect(output).not.toContain(privateKey.slice(2));
    expect(output).not.toContain('    at ');
  });
});

describe('the built service', () => {
  let service: ServiceProcess;
  /** The token of the player's session. */
  let session = '';

  beforeAll(async () => {
    service = await startServiceProcess(built.cli, {
      ...{ NODE_ENV: 'test', DATABASE_URL: database.url, DATA_DIR: built.directory, API_KEYS },
      ...{ EVM_RPC_URL: node.url, EVM_POLL_MS: '50' },
    });
  });

  afterAll(() => service?.stop());

  const post = (path: string, body: unknown, key: keyof typeof KEYS = 'game') =>
    ask(service.url, KEYS[key], { method: 'POST', path, body });
  const open = async (path: string) => (await fetch(`${service.url}${path}`)).text();

  it('is ready when each of its parts is', async () => {
    const { parts } = await eventually('readiness', async () => {
      const ready = JSON.parse(await open('/ready')) as { ready: boolean; parts: unknown[] };
      return ready.ready && ready;
    });
    expect(parts.length).toBeGreaterThan(8);
    expect(parts).toEqual(parts.map(() => expect.objectContaining({ ready: true })));
  });

  it('shows its API as a page and as OpenAPI 3.1', async () => {
    expect(await open('/docs')).toContain('swagger-ui');
    const { openapi, paths } = JSON.parse(await open('/openapi.json')) as {
      openapi: string;
      paths: object;
    };
    expect(openapi).toMatch(/^3\.1/);
    expect(Object.keys(paths)).toContain('/v1/bets');
  });

  it('takes a deposit from the chain and bets with it, once for each signed message', async () => {
    expect((await post('/v1/players', { player: 'p-1' })).status).toBe(201);
    const assigned = await post('/v1/players/main/p-1/deposit-addresses', { chain: node.chain });
    const to = String(assigned.body.address);
    await (await node.account(1).sendTransaction({ to, value: 5_000n })).wait();
    await node.mine(5);
    const path = '/v1/players/main/p-1/balances';
    await eventually('the deposit', async () => {
      const { body } = await ask(service.url, KEYS.auditor, { path });
      return JSON.stringify(body.balances).includes('"available":"5000"');
    });
    const opened = await post('/v1/sessions', { player: 'p-1', currency: 'ETH' });
    session = String(opened.body.token);
    const bet = { player: 'p-1', currency: 'ETH', transaction: 'bet-1', round: 'r-1', session };
    const first = await post('/v1/bets', { ...bet, game: 'dice', amount: '1200' });
    const again = await post('/v1/bets', { ...bet, game: 'dice', amount: '1200' });
    expect(first).toMatchObject({ status: 200, body: { available: '3800', repeat: false } });
    expect(again).toEqual({ status: 200, body: { ...first.body, repeat: true } });
    const waiting = { path: `${path}?waitFor=${first.body.position}` };
    const { body } = await ask(service.url, KEYS.auditor, waiting);
    expect(body.balances).toMatchObject([{ currency: 'ETH', available: '3800', held: '0' }]);
  });

  it('answers a request that is under way at SIGTERM, and then ends with 0', async () => {
    const bet = { player: 'p-1', currency: 'ETH', transaction: 'bet-2', round: 'r-2', session };
    const slow = startSlowPost(service.url, '/v1/bets', { ...bet, game: 'dice', amount: '800' });
    await slow.halfSent;
    // Sent isn't received: the service must have seen the head of the request before it is told.
    await realSystem.sleep(500);
    const stopped = service.stop();
    await eventually('no new connections', async () => !(await isListening(service.url)));
    slow.finish();
    const finished = Date.now();
    expect(await slow.reply).toMatchObject({ status: 200, body: { available: '3000' } });
    expect(await stopped).toBe(0);
    // It doesn't wait for a caller that keeps its connection, as gateways do for a minute.
    expect(Date.now() - finished).toBeLessThan(LONGEST_END_MS);
    slow.disconnect();
    expect(service.output()).toContain('"msg":"stopped"');
  });

  it('did not lose it: the next process answers it as a repeat', async () => {
    service = await startServiceProcess(built.cli, {
      ...{ NODE_ENV: 'test', DATABASE_URL: database.url, DATA_DIR: built.directory, API_KEYS },
      ...{ EVM_RPC_URL: node.url, PARTS: 'api' },
    });
    const bet = { player: 'p-1', currency: 'ETH', transaction: 'bet-2', round: 'r-2', session };
    const reply = await post('/v1/bets', { ...bet, game: 'dice', amount: '800' });
    expect(reply).toMatchObject({ status: 200, body: { available: '3000', repeat: true } });
    const { code, output } = await run(['verify'], { DATABASE_URL: database.url });
    expect(output.match(/: equal, /g)).toHaveLength(PROJECTIONS.length);
    expect(code).toBe(0);
  });
});

const isListening = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    ({ status }) => status === 200,
    () => false,
  );

/** A signed request whose body stops half way until `finish`. */
function startSlowPost(url: string, path: string, content: unknown) {
  const body = JSON.stringify(content);
  const half = Math.floor(body.length / 2);
  const agent = new Agent({ keepAlive: true, timeout: KEPT_OPEN_MS });
  const sending = httpRequest(`${url}${path}`, {
    method: 'POST',
    agent,
    headers: {
      ...credentials(KEYS.game, 'POST', path, body),
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const reply = new Promise<Reply>((resolve, reject) => {
    sending.on('error', reject).on('response', async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
  });
  const halfSent = new Promise<void>((resolve, reject) => {
    sending.write(body.slice(0, half), (error) => (error ? reject(error) : resolve()));
  });
  const finish = () => sending.end(body.slice(half));
  return { reply, halfSent, finish, disconnect: () => agent.destroy() };
}
