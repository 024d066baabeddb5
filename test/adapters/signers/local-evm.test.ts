import { inspect } from 'node:util';
import { Transaction, Wallet } from 'ethers';
import { expect, test } from 'vitest';
import { LocalEvmSigner } from '../../../src/adapters/signers/local-evm.ts';

/** Signs what it must, refuses the rest, and shows its key to nobody. */

const chain = 'eip155:1';
const privateKey = `0x${'5ec2e7'.repeat(10)}aabb`;
const signer = new LocalEvmSigner({ chain, privateKey });
const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const fields = { type: 2, chainId: 1n, nonce: 3, to, value: 5n, gasLimit: 21_000n };
const unsigned = Transaction.from({ ...fields, maxFeePerGas: 9n, maxPriorityFeePerGas: 1n });

test('the signature is of these bytes by this key, the same each time', async () => {
  const raw = await signer.sign(unsigned.unsignedSerialized);
  const parsed = Transaction.from(raw);
  expect(parsed.from).toBe(signer.address);
  expect(signer.address).toBe(new Wallet(privateKey).address);
  expect(parsed.unsignedSerialized).toBe(unsigned.unsignedSerialized);
  expect(await signer.sign(unsigned.unsignedSerialized)).toBe(raw);
  const bare = new LocalEvmSigner({ chain, privateKey: privateKey.slice(2) });
  expect(await bare.sign(unsigned.unsignedSerialized)).toBe(raw);
});

test('what is for another chain, signed already, or of another type is not signed', async () => {
  const other = new LocalEvmSigner({ chain: 'eip155:56', privateKey });
  await expect(other.sign(unsigned.unsignedSerialized)).rejects.toThrow(/eip155:1, not eip155:56/);
  const raw = await signer.sign(unsigned.unsignedSerialized);
  await expect(signer.sign(raw)).rejects.toThrow(/already signed/);
  const legacy = Transaction.from({ ...fields, type: 0, gasPrice: 9n });
  await expect(signer.sign(legacy.unsignedSerialized)).rejects.toThrow(/EIP-1559/);
});

test('S1 the key is in nothing that the signer shows', () => {
  const shown = [
    inspect(signer, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(signer),
    String(signer),
    JSON.stringify({ ...signer }),
    ...Object.getOwnPropertyNames(signer),
  ].join('\n');
  expect(shown).toContain(signer.address);
  expect(shown.toLowerCase()).not.toContain('5ec2e75ec2e7');
});

test('S1 a bad key is refused without being shown', () => {
  const aboveTheOrder = `0x${'f'.repeat(64)}`;
  const zero = `0x${'0'.repeat(64)}`;
  const bad = [privateKey.slice(0, -1), `${privateKey}00`, `${privateKey.slice(0, -1)}g`, ''];
  for (const text of [...bad, aboveTheOrder, zero]) {
    let thrown: unknown;
    try {
      new LocalEvmSigner({ chain, privateKey: text });
    } catch (error) {
      thrown = error;
    }
    expect(thrown, text).toBeInstanceOf(TypeError);
    const shown = inspect(thrown, { depth: 20, showHidden: true });
    expect(shown).not.toMatch(/5ec2e7|ffffffff|00000000/);
  }
});
