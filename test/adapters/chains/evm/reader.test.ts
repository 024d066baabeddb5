import { Contract, ContractFactory, MaxUint256, Wallet, zeroPadValue } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testTokenAbi } from '../../../../src/adapters/chains/evm/deploy-test-token.ts';
import { EvmReader } from '../../../../src/adapters/chains/evm/reader.ts';
import type { Block, Transfer } from '../../../../src/chain.ts';
import { anvil, type TestAnvil } from '../../../support/anvil.ts';
import falseToken from './false-token.artifact.json' with { type: 'json' };

/** What the reader makes of a real node's blocks. */

const GAS = { gasLimit: 1_000_000n };

/** Fees that decide the order in a block: the node takes the highest tip first. */
function tip(gwei: bigint): { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint } {
  return { maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: gwei * 1_000_000_000n };
}

let chain: TestAnvil;
let reader: EvmReader;
let token: string;
let usdt: Contract;

beforeAll(async () => {
  chain = await anvil();
  reader = new EvmReader({ chain: chain.chain, rpc: chain.client });
  token = await chain.deployTestToken(1_000_000_000n);
  usdt = new Contract(token, testTokenAbi, chain.account(0));
});
afterAll(() => chain.stop());

async function headBlock(): Promise<Block> {
  await chain.settle();
  const { head } = await reader.tip();
  const block = await reader.block(head.height);
  if (block === undefined) throw new Error(`no block ${head.height}`);
  return block;
}

async function headTransfers(): Promise<readonly Transfer[]> {
  return (await headBlock()).transfers;
}

function receiver(): string {
  return Wallet.createRandom().address;
}

test('D1 a native transfer is one transfer at position native', async () => {
  const to = receiver();
  const sent = await chain.account(1).sendTransaction({ to, value: 5n });
  const { address: from } = chain.account(1);
  expect(await headTransfers()).toEqual([
    { txid: sent.hash, position: 'native', contract: null, from, to, amount: 5n },
  ]);
});

test('D2 a token transfer names its contract and the position of its log', async () => {
  const to = receiver();
  const sent = await usdt.getFunction('transfer').send(to, 42n);
  const { address: from } = chain.account(0);
  const contract = token.toLowerCase();
  expect(await headTransfers()).toEqual([
    { txid: sent.hash, position: 'log.0', contract, from, to, amount: 42n },
  ]);
});

test('D1 two transfers in one transaction are two transfers in log order', async () => {
  const [first, second] = [receiver(), receiver()];
  const sent = await usdt.getFunction('transferMany').send([first, second], [1n, 2n]);
  const transfers = await headTransfers();
  expect(transfers.map(({ txid, position, to, amount }) => [txid, position, to, amount])).toEqual([
    [sent.hash, 'log.0', first, 1n],
    [sent.hash, 'log.1', second, 2n],
  ]);
});

test('D3 a reverted transfer yields nothing, native or token', async () => {
  const to = receiver();
  await usdt.getFunction('setRefused').send(to, true);
  const refused = await usdt.getFunction('transfer').send(to, 7n, GAS);
  await chain.settle();
  expect(await chain.provider.getTransactionReceipt(refused.hash)).toMatchObject({ status: 0 });
  expect(await headTransfers()).toEqual([]);

  const unpayable = { to: token, value: 9n, ...GAS };
  const rejected = await chain.account(1).sendTransaction(unpayable);
  await chain.settle();
  expect(await chain.provider.getTransactionReceipt(rejected.hash)).toMatchObject({ status: 0 });
  expect(await headTransfers()).toEqual([]);
});

test('D3 value given at a contract creation went to the new contract', async () => {
  const factory = new ContractFactory(falseToken.abi, falseToken.bytecode, chain.account(1));
  const contract = await factory.deploy({ value: 11n });
  const to = await contract.getAddress();
  const from = chain.account(1).address;
  const txid = contract.deploymentTransaction()?.hash;
  expect(await headTransfers()).toEqual([
    { txid, position: 'native', contract: null, from, to, amount: 11n },
  ]);
  expect(await reader.balance(to, null)).toBe(11n);
});

test('D2 logs that only resemble an ERC-20 transfer are left out', async () => {
  const factory = new ContractFactory(falseToken.abi, falseToken.bytecode, chain.account(1));
  const deployed = await factory.deploy();
  const pretender = new Contract(await deployed.getAddress(), falseToken.abi, chain.account(1));
  const [from, to] = [receiver(), receiver()];

  await pretender.getFunction('pretendCollectible').send(from, to, 1n);
  expect(await headTransfers()).toEqual([]);
  const wide = `0x${'ff'.repeat(12)}${to.slice(2)}`;
  await pretender.getFunction('pretendWide').send(zeroPadValue(from, 32), wide, 1n);
  expect(await headTransfers()).toEqual([]);
  await pretender.getFunction('pretend').send(from, to, 0n);
  expect(await headTransfers()).toEqual([]);

  await pretender.getFunction('speakThenPretend').send(from, to, MaxUint256);
  const contract = (await pretender.getAddress()).toLowerCase();
  expect(await headTransfers()).toMatchObject([
    { position: 'log.1', contract, from, to, amount: MaxUint256 },
  ]);
});

test('native coin moved by an internal call is not seen, but its balance is', async () => {
  const factory = new ContractFactory(falseToken.abi, falseToken.bytecode, chain.account(1));
  const deployed = await factory.deploy();
  const address = await deployed.getAddress();
  const forwarder = new Contract(address, falseToken.abi, chain.account(1));
  const to = receiver();
  await forwarder.getFunction('forward').send(to, { value: 3n });
  expect((await headTransfers()).map((transfer) => transfer.to)).toEqual([address]);
  expect(await reader.balance(to, null)).toBe(3n);
});

test('D1 a log keeps its position when a reorg moves it behind another transaction', async () => {
  const to = receiver();
  const before = await usdt.getFunction('transfer').send(to, 21n);
  const raw = await rawOf(before.hash);
  const [first] = await headTransfers();
  expect(first).toMatchObject({ txid: before.hash, position: 'log.0' });

  const approver = new Contract(token, testTokenAbi, chain.account(2));
  const approval = await approver.getFunction('approve').populateTransaction(receiver(), 1n);
  const request = await chain.account(2).populateTransaction({ ...approval, ...GAS });
  const signed = await chain.account(2).signTransaction(request);
  const { head } = await reader.tip();
  await chain.reorg(1, [
    [signed, 0],
    [raw, 0],
  ]);

  const after = await reader.block(head.height);
  expect(after?.hash).not.toBe(head.hash);
  const receipt = await chain.provider.getTransactionReceipt(before.hash);
  expect(receipt?.logs[0]?.index).toBe(1);
  expect(after?.transfers).toEqual([first]);
});

test('transfers of a block come by transaction, native before logs', async () => {
  await chain.automine(false);
  const to = receiver();
  const native = await chain.account(3).sendTransaction({ to, value: 1n, ...tip(3n) });
  const tokens = await usdt.getFunction('transfer').send(to, 2n, { ...tip(2n), ...GAS });
  const factory = new ContractFactory(falseToken.abi, falseToken.bytecode, chain.account(4));
  const created = await factory.deploy({ value: 3n, ...tip(1n), ...GAS });
  await chain.mine();
  await chain.automine(true);
  const transfers = await headTransfers();
  expect(transfers.map(({ txid, position }) => [txid, position])).toEqual([
    [native.hash, 'native'],
    [tokens.hash, 'log.0'],
    [created.deploymentTransaction()?.hash, 'native'],
  ]);
});

test('blocks chain by parent hash, and above the head there is none', async () => {
  await chain.mine(3);
  const { head, finalized } = await reader.tip();
  expect(head.height - finalized.height).toBe(2);
  const [last, parent] = await Promise.all([
    reader.block(head.height),
    reader.block(head.height - 1),
  ]);
  expect(last).toMatchObject({ hash: head.hash, parentHash: parent?.hash });
  expect(await reader.block(head.height + 1)).toBeUndefined();
  expect((await reader.block(0))?.hash).toBe(await reader.genesis());
});

test('balances at the head and at a height', async () => {
  const to = receiver();
  await usdt.getFunction('transfer').send(to, 10n);
  const { height } = await headBlock();
  await usdt.getFunction('transfer').send(to, 5n);
  await chain.settle();
  expect(await reader.balance(to, token)).toBe(15n);
  expect(await reader.balance(to, token, height)).toBe(10n);
  // Before the token was there nobody had any; where no token ever was, that isn't known.
  expect(await reader.balance(to, token, 0)).toBe(0n);
  await expect(reader.balance(to, receiver(), 0)).rejects.toThrow(/doesn't answer balanceOf/);
  expect(await reader.balance(to, null)).toBe(0n);
});

async function rawOf(hash: string): Promise<string> {
  return String(await chain.rpc('eth_getRawTransactionByHash', [hash]));
}
