import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAnvil } from '../../../../src/adapters/chains/evm/anvil.ts';
import { anvilBinary } from '../../../../src/adapters/chains/evm/anvil-binary.ts';
import { EvmReader } from '../../../../src/adapters/chains/evm/reader.ts';
import { EvmRpc } from '../../../../src/adapters/chains/evm/rpc.ts';
import { anvil, type TestAnvil } from '../../../support/anvil.ts';
import { startOwner } from '../../../support/owner-process.ts';

/** The demo's chain between runs: what it keeps when it is stopped, killed, or torn. */

let directory: string;
let stateFile: string;
let running: TestAnvil | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countinghouse-anvil-'));
  stateFile = join(directory, 'chain', 'state.json');
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(directory, { recursive: true });
});

async function start(): Promise<{ chain: TestAnvil; reader: EvmReader }> {
  running = await anvil({ stateFile });
  return { chain: running, reader: new EvmReader({ chain: running.chain, rpc: running.client }) };
}

async function pay(chain: TestAnvil): Promise<string> {
  const [from, to] = [chain.account(0), chain.account(1).address];
  const { hash } = await from.sendTransaction({ to, value: 1n });
  await chain.settle();
  return hash;
}

test('after stop() the whole chain is there again, and reorgs reach behind it', async () => {
  const before = await start();
  await before.chain.mine(5);
  const txid = await pay(before.chain);
  const genesis = await before.reader.genesis();
  const { head } = await before.reader.tip();
  const block = await before.reader.block(head.height);
  await before.chain.stop();

  const after = await start();
  expect(await after.reader.genesis()).toBe(genesis);
  expect((await after.reader.tip()).head).toEqual(head);
  expect(await after.reader.block(head.height)).toEqual(block);
  await after.chain.reorg(3);
  expect((await after.reader.tip()).head.height).toBe(head.height);
  expect((await after.reader.block(head.height))?.transfers).toEqual([]);
  expect(await after.chain.provider.getTransactionReceipt(txid)).toBeNull();
});

test('after kill -9 what was there a moment ago is there again, on the same chain', async () => {
  const before = await start();
  await pay(before.chain);
  const genesis = await before.reader.genesis();
  const { head } = await before.reader.tip();
  await untilWrittenTwice();
  process.kill(before.chain.pid, 'SIGKILL');
  await before.chain.stop();

  const after = await start();
  expect(await after.reader.genesis()).toBe(genesis);
  expect((await after.reader.tip()).head).toEqual(head);
});

test('block 0 is the same one however often the chain is started again', async () => {
  const geneses = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const { chain, reader } = await start();
    geneses.add(await reader.genesis());
    await chain.mine(1);
    await chain.stop();
  }
  expect(geneses.size).toBe(1);
});

test('when our own process is killed, anvil writes its state and goes too', async () => {
  const parent = startOwner('anvil', stateFile);
  const { url, pid } = await parent.owned;
  await new EvmRpc({ url }).call('anvil_mine', ['0x7']);
  await parent.kill();
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);

  const { reader } = await start();
  expect((await reader.tip()).head.height).toBe(7);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a state torn in the middle of a write is set aside for the one before', async () => {
  const first = await start();
  await pay(first.chain);
  const { head } = await first.reader.tip();
  await first.chain.stop();
  const second = await start();
  await pay(second.chain);
  await second.chain.stop();
  truncateSync(stateFile, statSync(stateFile).size - 100);

  const third = await start();
  expect((await third.reader.tip()).head).toEqual(head);
  expect(existsSync(`${stateFile}.torn`)).toBe(true);
});

test('the state file keeps every block but only the last 32 states', async () => {
  const { chain } = await start();
  for (let round = 0; round < 10; round += 1) await chain.mine(50);
  await chain.stop();
  const state: { historical_states: unknown[]; blocks: unknown[] } = JSON.parse(
    readFileSync(stateFile, 'utf8'),
  );
  expect(state.historical_states).toHaveLength(32);
  expect(state.blocks).toHaveLength(501);
});

test('listens on 127.0.0.1 only, takes another port when one is taken, stops twice', async () => {
  const { chain } = await start();
  const other = await startAnvil({ port: chain.port, chainId: 77, blockTimeSeconds: 0 });
  expect(other.port).not.toBe(chain.port);
  expect(new URL(other.url).hostname).toBe('127.0.0.1');
  await other.stop();
  await other.stop();
  expect(() => process.kill(other.pid, 0)).toThrow(/ESRCH/);
});

test('says how to install anvil when it is missing, and what ANVIL_BIN must be', () => {
  expect(anvilBinary({ ANVIL_BIN: anvilBinary() })).toBe(anvilBinary());
  expect(() => anvilBinary({ ANVIL_BIN: '/nowhere/anvil' })).toThrow(/ANVIL_BIN/);
  expect(() => anvilBinary({ ANVIL_BIN: tmpdir() })).toThrow(/ANVIL_BIN/);
});

test('an anvil that exits at once is an error with what it said', async () => {
  await expect(startAnvil({ chainId: -1 })).rejects.toThrow(
    /did not start: .*unexpected argument '-1'/s,
  );
});

async function untilWrittenTwice(): Promise<void> {
  const changed = async () => {
    const before = existsSync(stateFile) ? statSync(stateFile).mtimeMs : 0;
    await expect
      .poll(() => (existsSync(stateFile) ? statSync(stateFile).mtimeMs : 0), { timeout: 5_000 })
      .toBeGreaterThan(before);
  };
  await changed();
  await changed();
}
