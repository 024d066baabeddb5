import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { EvmRpc } from '../../../../src/adapters/chains/evm/rpc.ts';
import { freePort } from '../../../../src/adapters/processes.ts';
import { ChainUnavailable } from '../../../../src/chain.ts';

/** One request, one answer that is its own, or ChainUnavailable. */

const servers: HttpServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server that answers every request so. Returns its host. */
async function answering(
  status: number,
  body: (id: unknown) => unknown,
  headers: Record<string, string> = {},
): Promise<string> {
  const server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const answer = body(JSON.parse(text).id);
    response.writeHead(status, headers);
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  servers.push(server);
  return `127.0.0.1:${await listen(server)}`;
}

async function asked(...server: Parameters<typeof answering>): Promise<unknown> {
  const rpc = new EvmRpc({ url: `http://${await answering(...server)}` });
  return rpc.ask('eth_chainId', []).catch((error: unknown) => error);
}

test('the result, or the error of the node as its own kind', async () => {
  expect(await asked(200, (id) => ({ id, result: null }))).toEqual({
    kind: 'result',
    result: null,
  });
  const error = { code: -32000, message: 'nonce too low' };
  for (const status of [200, 400]) {
    expect(await asked(status, (id) => ({ id, error }))).toMatchObject({
      kind: 'failure',
      failure: error,
    });
  }
});

test('D9 what is not plainly the answer to this request is none', async () => {
  const error = { code: -32000, message: 'nonce too low' };
  const answers: Parameters<typeof answering>[] = [
    [200, () => ({ id: 999, result: '0x1' })],
    [200, () => ({ id: 999, error })],
    [200, (id) => ({ id })],
    [200, (id) => [{ id, result: '0x1' }]],
    [200, () => '<html>'],
    [200, () => ''],
    [400, (id) => ({ id, result: '0x1' })],
    [429, (id) => ({ id, error })],
    [401, (id) => ({ id, error })],
    [500, (id) => ({ id, error })],
    [503, (id) => ({ id, result: '0x1' })],
  ];
  for (const answer of answers) expect(await asked(...answer)).toBeInstanceOf(ChainUnavailable);
});

test('an answer that comes packed is unpacked; one that breaks off in the middle is none', async () => {
  const packed = gzipSync('{"id":1,"result":"0x1"}');
  for (const piece of [packed, packed.subarray(0, 20)]) {
    const server = createHttpServer((_request, response) => {
      const headers = { 'content-encoding': 'gzip', 'content-length': packed.length };
      response.writeHead(200, headers).write(piece);
      if (piece === packed) response.end();
      else setTimeout(() => response.destroy(), 50);
    });
    servers.push(server);
    const rpc = new EvmRpc({ url: `http://127.0.0.1:${await listen(server)}` });
    const answer = rpc.call('eth_chainId', []);
    if (piece === packed) expect(await answer).toBe('0x1');
    else await expect(answer).rejects.toThrow(/no connection/);
  }
});

test('D9 a redirect is not followed: it would carry a payment to a node nobody chose', async () => {
  const elsewhere = await answering(200, (id) => ({ id, result: '0x1' }));
  const location = { location: `http://${elsewhere}/` };
  expect(await asked(307, () => '', location)).toBeInstanceOf(ChainUnavailable);
});

test('D9 a node that never answers is given up after the time-out', async () => {
  const sockets: Socket[] = [];
  const blackHole = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.resume();
  });
  const port = await listen(blackHole);
  const rpc = new EvmRpc({ url: `http://127.0.0.1:${port}`, timeoutMs: 200 });
  const started = performance.now();
  await expect(rpc.call('eth_chainId', [])).rejects.toThrow(/no answer within 200 ms/);
  expect(performance.now() - started).toBeLessThan(2_000);
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  blackHole.close();
});

test('D9 the time-out also ends an answer that drips', async () => {
  const dripping = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
    const timer = setInterval(() => socket.write(' '), 50);
    socket.on('close', () => clearInterval(timer));
  });
  const rpc = new EvmRpc({ url: `http://127.0.0.1:${await listen(dripping)}`, timeoutMs: 300 });
  await expect(rpc.call('eth_chainId', [])).rejects.toThrow(/no answer within 300 ms/);
  dripping.close();
});

test("S1 the node's URL, with its keys, is in no error", async () => {
  const message = 'project 0123456789abcdef, user casino/hunter2, ?key=querysecret is suspended';
  const host = await answering(200, (id) => ({ id, error: { code: -32000, message } }));
  const refusing = `127.0.0.1:${await freePort()}`;
  for (const at of [host, refusing]) {
    const url = `http://casino:hunter2@${at}/v3/0123456789abcdef?key=querysecret`;
    const rpc = new EvmRpc({ url });
    const error: unknown = await rpc.call('eth_chainId', []).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ChainUnavailable);
    const shown = inspect([error, rpc], { depth: 9, showHidden: true }) + JSON.stringify(rpc);
    expect(shown).toMatch(at === host ? /suspended/ : /ECONNREFUSED/);
    expect(shown).not.toMatch(/hunter2|0123456789abcdef|querysecret|Y2FzaW5v/);
  }
  const bad = 'ftp://casino:hunter2@nowhere';
  expect(() => new EvmRpc({ url: bad })).toThrow(TypeError);
  expect(() => new EvmRpc({ url: bad })).not.toThrow(/hunter2/);
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
