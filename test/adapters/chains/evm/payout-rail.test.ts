import { Contract, ContractFactory, parseEther, Transaction, Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testTokenAbi } from '../../../../src/adapters/chains/evm/deploy-test-token.ts';
import { EvmPayoutRail } from '../../../../src/adapters/chains/evm/payout-rail.ts';
import { EvmReader } from '../../../../src/adapters/chains/evm/reader.ts';
import { LocalEvmSigner } from '../../../../src/adapters/signers/local-evm.ts';
import { type FeeTerms, type PayoutOrder, PayoutWouldRevert } from '../../../../src/chain.ts';
import { anvil, type TestAnvil } from '../../../support/anvil.ts';
import falseToken from './false-token.artifact.json' with { type: 'json' };

/** Paying on a real node: what is built, what it costs, and what is seen of it afterwards. */

const PLENTY = parseEther('1');

let chain: TestAnvil;
let rail: EvmPayoutRail;
let reader: EvmReader;
let signer: LocalEvmSigner;
let token: string;
let usdt: Contract;

beforeAll(async () => {
  chain = await anvil();
  rail = new EvmPayoutRail({ chain: chain.chain, rpc: chain.client });
  reader = new EvmReader({ chain: chain.chain, rpc: chain.client });
  const { privateKey } = chain.account(0);
  signer = new LocalEvmSigner({ chain: chain.chain, privateKey });
  token = await chain.deployTestToken(1_000_000n);
  usdt = new Contract(token, testTokenAbi, chain.account(0));
});
afterAll(() => chain.stop());

function order(contract: string | null, amount: bigint): PayoutOrder {
  return { from: signer.address, to: Wallet.createRandom().address, contract, amount };
}

async function quoted(wanted: PayoutOrder, cap = PLENTY): Promise<FeeTerms> {
  const fee = await rail.quote(wanted, cap);
  if (fee === null) throw new Error('no terms under the cap');
  return fee;
}

async function signed(wanted: PayoutOrder, fee?: FeeTerms): Promise<string> {
  const nonce = await rail.firstNonce(signer.address);
  return signer.sign(rail.build(wanted, nonce, fee ?? (await quoted(wanted))));
}

/** Sends what must be accepted, and waits until it is mined. */
async function pay(raw: string): Promise<void> {
  expect(await rail.send(raw)).toEqual({ kind: 'accepted' });
  await chain.settle();
}

/** From now on every token transfer to this address reverts. */
async function refuse(address: string): Promise<void> {
  await usdt.getFunction('setRefused').send(address, true);
  await chain.settle();
}

async function marketBaseFee(): Promise<bigint> {
  const history = await chain.provider.send('eth_feeHistory', ['0x1', 'latest', []]);
  return BigInt(history.baseFeePerGas.at(-1));
}

test('pays native coin: the exact amount, and the fee within the terms', async () => {
  const wanted = order(null, 123_456_789n);
  const fee = await quoted(wanted);
  expect(fee.terms).toMatchObject({ gasLimit: '21000' });
  const raw = await signed(wanted, fee);
  const before = await reader.balance(signer.address, null);
  await pay(raw);

  const { head } = await reader.tip();
  const sighting = await rail.sighting(rail.txid(raw));
  expect(sighting).toMatchObject({ kind: 'mined', block: head, succeeded: true });
  if (sighting.kind !== 'mined') throw new Error(sighting.kind);
  expect(await reader.balance(wanted.to, null)).toBe(wanted.amount);
  const after = await reader.balance(signer.address, null);
  expect(before - after).toBe(wanted.amount + sighting.fee);
  expect(sighting.fee).toBeLessThanOrEqual(fee.most);
});

test('pays a token whose transfer returns nothing', async () => {
  const wanted = order(token, 250n);
  const raw = await signed(wanted);
  await pay(raw);
  expect(await rail.sighting(rail.txid(raw))).toMatchObject({ kind: 'mined', succeeded: true });
  expect(await reader.balance(wanted.to, token)).toBe(250n);
});

test('pays native coin to a contract, with gas for its code', async () => {
  const factory = new ContractFactory(falseToken.abi, falseToken.bytecode, chain.account(1));
  const to = await (await factory.deploy()).getAddress();
  const raw = await signed({ ...order(null, 5n), to });
  await pay(raw);
  expect(await rail.sighting(rail.txid(raw))).toMatchObject({ kind: 'mined', succeeded: true });
  expect(await reader.balance(to, null)).toBe(5n);
});

test('building is pure: the same order gives the same bytes, signature and id', async () => {
  const wanted = order(token, 1n);
  const fee = await quoted(wanted);
  const [first, second] = [rail.build(wanted, 9, fee), rail.build({ ...wanted }, 9, { ...fee })];
  expect(first).toBe(second);
  const raw = await signer.sign(first);
  expect(await signer.sign(second)).toBe(raw);
  const parsed = Transaction.from(raw);
  expect(parsed).toMatchObject({ type: 2, nonce: 9, chainId: 31337n, value: 0n, to: token });
  expect(parsed.hash).toBe(rail.txid(raw));
  expect(() => rail.txid(first)).toThrow(TypeError);
});

test('building refuses terms that could cost more than they say', async () => {
  const wanted = order(null, 1n);
  const fee = await quoted(wanted);
  expect(() => rail.build(wanted, 0, { ...fee, most: fee.most - 1n })).toThrow(TypeError);
  expect(() => rail.build(wanted, 0, { terms: {}, most: 0n })).toThrow(TypeError);
  expect(() => rail.build(wanted, -1, fee)).toThrow(RangeError);
  expect(() => rail.build({ ...wanted, amount: -1n }, 0, fee)).toThrow(RangeError);
});

test('W3 the same bytes twice are accepted while pending and after they were mined', async () => {
  await chain.automine(false);
  const wanted = order(null, 1_000n);
  const raw = await signed(wanted);
  const txid = rail.txid(raw);
  expect(await rail.sighting(txid)).toEqual({ kind: 'unknown' });
  expect(await rail.send(raw)).toEqual({ kind: 'accepted' });
  expect(await rail.send(raw)).toEqual({ kind: 'accepted' });
  expect(await rail.sighting(txid)).toEqual({ kind: 'pending' });
  await chain.mine();
  await chain.automine(true);
  expect(await rail.send(raw)).toEqual({ kind: 'accepted' });
  expect(await rail.sighting(txid)).toMatchObject({ kind: 'mined', succeeded: true });
  expect(await reader.balance(wanted.to, null)).toBe(1_000n);
});

test('a nonce that another transaction took is refused with the reason', async () => {
  const nonce = await rail.firstNonce(signer.address);
  const wanted = order(null, 1n);
  const fee = await quoted(wanted);
  const winner = await signer.sign(rail.build(wanted, nonce, fee));
  const loser = await signer.sign(rail.build({ ...wanted, amount: 2n }, nonce, fee));
  await pay(winner);
  expect(await rail.send(loser)).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/nonce too low/i),
  });
  expect(await rail.sighting(rail.txid(loser))).toEqual({ kind: 'unknown' });
});

test('a wallet that cannot pay, or pays too little, is refused with the reason', async () => {
  const { privateKey } = Wallet.createRandom();
  const poor = new LocalEvmSigner({ chain: chain.chain, privateKey });
  const wanted = { ...order(null, 1n), from: poor.address };
  const unsigned = rail.build(wanted, 0, await quoted(wanted));
  expect(await rail.send(await poor.sign(unsigned))).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/insufficient funds/i),
  });

  const cheap = { gasLimit: '21000', maxFeePerGas: '1', maxPriorityFeePerGas: '1' };
  const underpriced = await signed(order(null, 1n), { terms: cheap, most: 21_000n });
  expect(await rail.send(underpriced)).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/fee/i),
  });
});

test('the cap is respected to the wei, and null says that it is too low', async () => {
  const wanted = order(null, 1n);
  const free = await quoted(wanted);
  const baseFee = await marketBaseFee();
  const least = (baseFee + 1_000_000n) * 21_000n;
  for (const cap of [free.most, free.most - 1n, (free.most + least) / 2n, least]) {
    const fee = await quoted(wanted, cap);
    expect(fee.most).toBeLessThanOrEqual(cap);
    expect(BigInt(fee.terms.maxFeePerGas ?? 0)).toBeGreaterThan(baseFee);
    expect(BigInt(fee.terms.gasLimit ?? 0) * BigInt(fee.terms.maxFeePerGas ?? 0)).toBe(fee.most);
  }
  expect(await rail.quote(wanted, least - 1n)).toBeNull();
  expect(await rail.quote(wanted, 0n)).toBeNull();

  const raw = await signed(wanted, await quoted(wanted, least));
  await pay(raw);
  expect(await rail.sighting(rail.txid(raw))).toMatchObject({ kind: 'mined', succeeded: true });
});

test('an order that the chain would undo has no quote but an error of its own', async () => {
  const tooMuch = order(token, 10n ** 18n);
  await expect(rail.quote(tooMuch, PLENTY)).rejects.toThrow(PayoutWouldRevert);
  const refused = order(token, 1n);
  await refuse(refused.to);
  await expect(rail.quote(refused, PLENTY)).rejects.toThrow(PayoutWouldRevert);
  const unpayable = { ...order(null, 1n), to: token };
  await expect(rail.quote(unpayable, PLENTY)).rejects.toThrow(PayoutWouldRevert);
});

test('W5 a payout that reverts is mined, not succeeded, and its fee is known', async () => {
  const wanted = order(token, 3n);
  const fee = await quoted(wanted);
  await refuse(wanted.to);
  const raw = await signed(wanted, fee);
  const before = await reader.balance(signer.address, null);
  await pay(raw);
  const sighting = await rail.sighting(rail.txid(raw));
  const after = await reader.balance(signer.address, null);
  expect(sighting).toMatchObject({ kind: 'mined', succeeded: false, fee: before - after });
  expect(await reader.balance(wanted.to, token)).toBe(0n);
});

test('W5 after a reorg a mined payout is unknown, and the same bytes are mined again', async () => {
  const raw = await signed(order(null, 77n));
  const txid = rail.txid(raw);
  await pay(raw);
  const first = await rail.sighting(txid);
  expect(first).toMatchObject({ kind: 'mined' });
  await chain.reorg(1);
  expect(await rail.sighting(txid)).toEqual({ kind: 'unknown' });
  await pay(raw);
  const second = await rail.sighting(txid);
  expect(second).toMatchObject({ kind: 'mined', succeeded: true });
  expect(second).not.toEqual(first);
});
