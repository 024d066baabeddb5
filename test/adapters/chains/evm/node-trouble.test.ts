import { Contract, Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testTokenAbi } from '../../../../src/adapters/chains/evm/deploy-test-token.ts';
import { EvmReader } from '../../../../src/adapters/chains/evm/reader.ts';
import { EvmRpc } from '../../../../src/adapters/chains/evm/rpc.ts';
import { ChainUnavailable, WrongChain } from '../../../../src/chain.ts';
import { anvil, type TestAnvil } from '../../../support/anvil.ts';
import { type JsonRpcProxy, startProxy } from '../../../support/json-rpc-proxy.ts';

/**
 * A node that is down, slow, lagging, lying or of another chain: always a reason, never a guess.
 */

let chain: TestAnvil;
let proxy: JsonRpcProxy;
let reader: EvmReader;
/** Holds one native and two token transfers, in two transactions. */
let busy: number;

beforeAll(async () => {
  chain = await anvil();
  proxy = await startProxy(chain.url);
  reader = new EvmReader({
    chain: chain.chain,
    rpc: new EvmRpc({ url: proxy.url, timeoutMs: 1_000 }),
  });
  const token = await chain.deployTestToken(1_000n);
  await chain.automine(false);
  const { address: to } = Wallet.createRandom();
  await chain.account(1).sendTransaction({ to, value: 1n });
  const usdt = new Contract(token, testTokenAbi, chain.account(0));
  await usdt.getFunction('transferMany').send([to, to], [1n, 2n], { gasLimit: 200_000n });
  await chain.mine();
  busy = (await reader.tip()).head.height;
  await chain.automine(true);
  await chain.mine();
});
afterEach(() => {
  proxy.mode = { kind: 'pass' };
  proxy.calls.length = 0;
});
afterAll(async () => {
  await proxy.stop();
  await chain.stop();
});

type Fields = Record<string, unknown>;

/** Answers of `method` pass through `change`, as if the node had said so. */
function lie(method: string, change: (answer: never) => unknown): void {
  proxy.mode = {
    kind: 'rewrite',
    methods: [method],
    result: (_method, _params, result) => change(result as never),
  };
}

test('D9 a node with another chain id is refused, and is never mistaken for trouble', async () => {
  const wrong = new EvmReader({ chain: 'eip155:1', rpc: chain.client });
  await expect(wrong.verify()).rejects.toThrow(WrongChain);
  await expect(reader.verify()).resolves.toBeUndefined();
});

test('D9 a node with another genesis is refused, the right one is taken', async () => {
  const genesisHash = await reader.genesis();
  const make = (hash: string) =>
    new EvmReader({ chain: chain.chain, rpc: chain.client, genesisHash: hash });
  await expect(make(`0x${'12'.repeat(32)}`).verify()).rejects.toThrow(WrongChain);
  await expect(make(genesisHash.toUpperCase().replace('0X', '0x')).verify()).resolves.toBe(
    undefined,
  );
});

test('D9 a node that is down says nothing about the chain', async () => {
  for (const kind of ['down', 'error-500'] as const) {
    proxy.mode = { kind };
    await expect(reader.verify()).rejects.toThrow(ChainUnavailable);
    await expect(reader.tip()).rejects.toThrow(ChainUnavailable);
    await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
    await expect(reader.balance(chain.account(1).address, null)).rejects.toThrow(ChainUnavailable);
  }
  proxy.mode = { kind: 'pass' };
  await expect(reader.block(busy)).resolves.toMatchObject({ transfers: { length: 3 } });
});

test('D9 receipts of another block are no answer', async () => {
  lie('eth_getBlockReceipts', (receipts: Fields[]) =>
    receipts.map((receipt) => ({ ...receipt, blockHash: `0x${'34'.repeat(32)}` })),
  );
  await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
});

test('D9 missing, doubled, swapped or no receipts are no answer', async () => {
  const changes: ((receipts: Fields[]) => unknown)[] = [
    (receipts) => receipts.slice(1),
    ([first]) => [first, first],
    (receipts) => [...receipts, receipts[0]],
    ([first, second]) => [first, { ...second, transactionHash: first?.transactionHash }],
    (receipts) => receipts.toReversed(),
    () => null,
    () => [],
  ];
  for (const change of changes) {
    lie('eth_getBlockReceipts', change);
    await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
  }
});

test('D9 logs out of order are no answer, for their place is their identity', async () => {
  lie('eth_getBlockReceipts', (receipts: (Fields & { logs: unknown[] })[]) =>
    receipts.map((receipt) => ({ ...receipt, logs: receipt.logs.toReversed() })),
  );
  await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
});

test('D9 a finalized block above the head, or beside it, is a contradiction', async () => {
  const { head } = await reader.tip();
  const finalized = (fields: Fields) => {
    proxy.mode = {
      kind: 'rewrite',
      methods: ['eth_getBlockByNumber'],
      result: (_method, params, result) =>
        isFinalized(params) ? { ...(result as Fields), ...fields } : result,
    };
  };
  finalized({ number: `0x${(head.height + 1).toString(16)}` });
  await expect(reader.tip()).rejects.toThrow(/contradicts itself/);
  finalized({ number: `0x${head.height.toString(16)}` });
  await expect(reader.tip()).rejects.toThrow(/contradicts itself/);
  finalized({ number: `0x${head.height.toString(16)}`, hash: head.hash });
  await expect(reader.tip()).resolves.toEqual({ head, finalized: head });
});

function isFinalized(params: unknown): boolean {
  return Array.isArray(params) && params[0] === 'finalized';
}

test('D9 a block that the node should have and has not is unknown, not absent', async () => {
  lie('eth_getBlockByNumber', () => null);
  await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
  await expect(reader.block(busy + 1_000)).resolves.toBeUndefined();
  await expect(reader.tip()).rejects.toThrow(ChainUnavailable);
});

test('D9 another block than the one asked for is no answer', async () => {
  lie('eth_getBlockByNumber', (block: Fields) => ({ ...block, number: '0x1' }));
  await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
  // Of an empty block no receipt could tell.
  await expect(reader.block(busy + 1)).rejects.toThrow(ChainUnavailable);
});

test('malformed answers are no answer', async () => {
  lie('eth_getBlockByNumber', (block: Fields) => ({ ...block, hash: '0x1' }));
  await expect(reader.tip()).rejects.toThrow(ChainUnavailable);
  lie('eth_getBalance', () => '12.5');
  await expect(reader.balance(chain.account(1).address, null)).rejects.toThrow(ChainUnavailable);
  lie('eth_call', () => '0x');
  const { address } = chain.account(1);
  await expect(reader.balance(address, address)).rejects.toThrow(ChainUnavailable);
});

test('a node without eth_getBlockReceipts is asked for each receipt, alike', async () => {
  const whole = await reader.block(busy);
  proxy.calls.length = 0;
  const methods = ['eth_getBlockReceipts'];
  proxy.mode = { kind: 'fail', methods, code: -32601, message: 'Method not found' };
  await expect(reader.block(busy)).resolves.toEqual(whole);
  expect(proxy.calls.filter((call) => call === 'eth_getTransactionReceipt')).toHaveLength(2);

  proxy.mode = { kind: 'fail', methods, code: -32000, message: 'header not found' };
  await expect(reader.block(busy)).rejects.toThrow(ChainUnavailable);
});
