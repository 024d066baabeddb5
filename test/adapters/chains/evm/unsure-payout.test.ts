import { parseEther, Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EvmPayoutRail } from '../../../../src/adapters/chains/evm/payout-rail.ts';
import { EvmReader } from '../../../../src/adapters/chains/evm/reader.ts';
import { EvmRpc } from '../../../../src/adapters/chains/evm/rpc.ts';
import { LocalEvmSigner } from '../../../../src/adapters/signers/local-evm.ts';
import { ChainUnavailable } from '../../../../src/chain.ts';
import { anvil, type TestAnvil } from '../../../support/anvil.ts';
import { type JsonRpcProxy, startProxy } from '../../../support/json-rpc-proxy.ts';

/** Paying through a node that fails in between: the outcome is unknown until the chain shows it. */

const SEND = ['eth_sendRawTransaction'];

let chain: TestAnvil;
let proxy: JsonRpcProxy;
let rail: EvmPayoutRail;
let reader: EvmReader;
let signer: LocalEvmSigner;

beforeAll(async () => {
  chain = await anvil();
  proxy = await startProxy(chain.url);
  const rpc = new EvmRpc({ url: proxy.url, timeoutMs: 500 });
  rail = new EvmPayoutRail({ chain: chain.chain, rpc });
  reader = new EvmReader({ chain: chain.chain, rpc: chain.client });
  const { privateKey } = chain.account(0);
  signer = new LocalEvmSigner({ chain: chain.chain, privateKey });
});
afterEach(() => {
  proxy.mode = { kind: 'pass' };
});
afterAll(async () => {
  await proxy.stop();
  await chain.stop();
});

async function payout(): Promise<{ raw: string; txid: string; to: string; amount: bigint }> {
  const to = Wallet.createRandom().address;
  const order = { from: signer.address, to, contract: null, amount: 17n };
  const fee = await rail.quote(order, parseEther('1'));
  if (fee === null) throw new Error('no terms under the cap');
  const raw = await signer.sign(rail.build(order, await rail.firstNonce(signer.address), fee));
  return { raw, txid: rail.txid(raw), to, amount: order.amount };
}

test('W3 an answer lost after the node had the bytes: unknown, then paid once', async () => {
  const { raw, txid, to, amount } = await payout();
  proxy.mode = { kind: 'drop-answer', methods: SEND };
  await expect(rail.send(raw)).rejects.toThrow(ChainUnavailable);
  proxy.mode = { kind: 'pass' };
  await chain.settle();
  expect(await rail.sighting(txid)).toMatchObject({ kind: 'mined', succeeded: true });
  expect(await rail.send(raw)).toEqual({ kind: 'accepted' });
  expect(await reader.balance(to, null)).toBe(amount);
});

test('W4 no failure of the node is taken for a refusal', async () => {
  const { raw, txid } = await payout();
  for (const kind of ['down', 'hang', 'error-500'] as const) {
    proxy.mode = { kind, methods: SEND };
    await expect(rail.send(raw)).rejects.toThrow(ChainUnavailable);
  }
  const troubles = [
    [-32603, 'Internal error'],
    [-32005, 'daily request limit exceeded'],
    [-32000, 'request timed out'],
    [-32601, 'the method eth_sendRawTransaction does not exist'],
    [-32000, 'already known'],
  ] as const;
  for (const [code, message] of troubles) {
    proxy.mode = { kind: 'fail', methods: SEND, code, message };
    await expect(rail.send(raw), message).rejects.toThrow(ChainUnavailable);
  }
  proxy.mode = { kind: 'rewrite', methods: SEND, result: () => `0x${'56'.repeat(32)}` };
  await expect(rail.send(raw)).rejects.toThrow(ChainUnavailable);
  proxy.mode = { kind: 'pass' };
  await chain.settle();
  expect(await rail.sighting(txid)).toMatchObject({ kind: 'mined' });
});

test('a refusal is only said when the look-up worked and found nothing', async () => {
  const { raw } = await payout();
  const refusals = ['nonce too low', 'replacement transaction underpriced', 'txpool is full'];
  for (const message of refusals) {
    proxy.mode = { kind: 'fail', methods: SEND, code: -32000, message };
    expect(await rail.send(raw)).toEqual({ kind: 'refused', reason: message });
  }
  proxy.mode = { kind: 'fail', code: -32000, message: 'nonce too low' };
  await expect(rail.send(raw)).rejects.toThrow(ChainUnavailable);
});

test('whatever a node calls it, a transaction that it has is accepted', async () => {
  const { raw } = await payout();
  await rail.send(raw);
  await chain.settle();
  const names = ['already known', 'Known transaction: 0x12', 'nonce too low', 'underpriced'];
  for (const message of names) {
    proxy.mode = { kind: 'fail', methods: SEND, code: -32000, message };
    expect(await rail.send(raw)).toEqual({ kind: 'accepted' });
  }
});

test('a receipt from a block that is not on the chain is not mined', async () => {
  const { raw, txid } = await payout();
  await rail.send(raw);
  await chain.settle();
  const answers: Record<string, (result: object) => unknown> = {
    eth_getTransactionReceipt: (result) => ({ ...result, blockHash: `0x${'78'.repeat(32)}` }),
  };
  proxy.mode = {
    kind: 'rewrite',
    result: (method, _params, result) => answers[method]?.(result as object) ?? result,
  };
  expect(await rail.sighting(txid)).toEqual({ kind: 'unknown' });
  answers.eth_getTransactionByHash = (result) => ({ ...result, blockHash: null });
  expect(await rail.sighting(txid)).toEqual({ kind: 'pending' });
  answers.eth_getTransactionReceipt = (result) => ({
    ...result,
    transactionHash: `0x${'9a'.repeat(32)}`,
  });
  await expect(rail.sighting(txid)).rejects.toThrow(ChainUnavailable);
});

test('quotes, nonces and sightings from a node in trouble are unknown', async () => {
  const { txid, to } = await payout();
  proxy.mode = { kind: 'error-500' };
  const order = { from: signer.address, to, contract: null, amount: 1n };
  await expect(rail.quote(order, 10n ** 18n)).rejects.toThrow(ChainUnavailable);
  await expect(rail.firstNonce(signer.address)).rejects.toThrow(ChainUnavailable);
  await expect(rail.sighting(txid)).rejects.toThrow(ChainUnavailable);
});
