import { parseEther, Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replacementTerms } from '../../../../src/adapters/chains/evm/fees.ts';
import { EvmPayoutRail } from '../../../../src/adapters/chains/evm/payout-rail.ts';
import { EvmReader } from '../../../../src/adapters/chains/evm/reader.ts';
import { LocalEvmSigner } from '../../../../src/adapters/signers/local-evm.ts';
import { anvil, type TestAnvil } from '../../../support/anvil.ts';

/** Raising the fee of a payout that waits: one nonce, so that one of the two is ever mined. */

let chain: TestAnvil;

beforeAll(async () => {
  chain = await anvil({ blockTimeSeconds: 0 });
});
afterAll(() => chain.stop());

test('W3 of a payout and its replacement under the same nonce exactly one is mined', async () => {
  const rail = new EvmPayoutRail({ chain: chain.chain, rpc: chain.client });
  const reader = new EvmReader({ chain: chain.chain, rpc: chain.client });
  const { privateKey, address: from } = chain.account(0);
  const signer = new LocalEvmSigner({ chain: chain.chain, privateKey });
  const order = { from, to: Wallet.createRandom().address, contract: null, amount: 40n };
  const cap = parseEther('1');
  const nonce = await rail.firstNonce(from);
  const fee = await rail.quote(order, cap);
  const raised = fee && replacementTerms(fee, fee, cap);
  if (!fee || !raised) throw new Error('no terms under the cap');
  expect(replacementTerms(fee, fee, fee.most)).toBeNull();

  const first = await signer.sign(rail.build(order, nonce, fee));
  const second = await signer.sign(rail.build(order, nonce, raised));
  const level = { ...raised, terms: { ...raised.terms, maxPriorityFeePerGas: '1' } };
  const tooLow = await signer.sign(rail.build(order, nonce, level));
  expect(await rail.send(first)).toEqual({ kind: 'accepted' });
  expect(await rail.send(second)).toEqual({ kind: 'accepted' });
  expect(await rail.send(tooLow)).toMatchObject({ kind: 'refused' });
  expect(await rail.sighting(rail.txid(second))).toEqual({ kind: 'pending' });

  await chain.mine();
  const [lost, won] = [rail.txid(first), rail.txid(second)];
  expect(await rail.sighting(lost)).toEqual({ kind: 'unknown' });
  expect(await rail.sighting(won)).toMatchObject({ kind: 'mined', succeeded: true });
  expect(await reader.balance(order.to, null)).toBe(40n);
});
