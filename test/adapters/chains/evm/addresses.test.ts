import { HDNodeWallet, Mnemonic, ZeroAddress } from 'ethers';
import { expect, test } from 'vitest';
import { EvmAddressBook } from '../../../../src/adapters/chains/evm/addresses.ts';
import { DEV_MNEMONIC } from '../../../support/anvil.ts';

/** Addresses from the public half alone, and strict reading of destinations. */

const chain = 'eip155:1';
const mnemonic = Mnemonic.fromPhrase(DEV_MNEMONIC);
const account = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'");
const book = new EvmAddressBook({ chain, extendedPublicKey: account.neuter().extendedKey });

test('D10 the xpub derives the same addresses as the private keys', () => {
  for (const index of [0, 1, 2, 19, 1_000, 2 ** 31 - 1]) {
    const wallet = HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${index}`);
    expect(book.derive(index)).toBe(wallet.address);
  }
  // The first two accounts of every tool that starts from this mnemonic.
  expect(book.derive(0)).toBe('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266');
  expect(book.derive(1)).toBe('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');
});

test('D10 an index that is hardened, negative or broken is refused', () => {
  for (const index of [-1, 2 ** 31, 1.5, Number.NaN]) {
    expect(() => book.derive(index)).toThrow(RangeError);
  }
});

test('S1 an extended private key is refused and never echoed', () => {
  const { extendedKey } = account;
  expect(extendedKey).toMatch(/^xprv/);
  for (const text of [extendedKey, `${extendedKey}x`, `x${extendedKey.slice(0, -1)}`]) {
    const make = () => new EvmAddressBook({ chain, extendedPublicKey: text });
    expect(make).toThrow(TypeError);
    expect(make).not.toThrow(extendedKey.slice(8, 40));
  }
});

test('D10 only a faultless account-level xpub of an EVM chain makes a book', () => {
  const { extendedKey: child } = account.deriveChild(0).neuter();
  const { extendedKey } = account.neuter();
  const typos = [30, 60, 90, 110].map((at) => {
    const other = extendedKey[at] === 'x' ? 'y' : 'x';
    return `${extendedKey.slice(0, at)}${other}${extendedKey.slice(at + 1)}`;
  });
  for (const extendedPublicKey of [child, ...typos, `${extendedKey} `, '', 'xpub', '0x1234']) {
    expect(() => new EvmAddressBook({ chain, extendedPublicKey })).toThrow(TypeError);
  }
  const options = { chain: 'bip122:000000000019d6689c085ae165831e93' };
  expect(() => new EvmAddressBook({ ...options, extendedPublicKey: extendedKey })).toThrow(
    TypeError,
  );
});

test('W10 a destination is read strictly, into its EIP-55 spelling', () => {
  const canonical = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
  const digits = canonical.slice(2);
  const lower = `0x${digits.toLowerCase()}`;
  for (const text of [canonical, lower, `0x${digits.toUpperCase()}`]) {
    expect(book.parse(text)).toBe(canonical);
  }
  const wrongChecksum = canonical.replace('dc3A', 'dC3A');
  const icap = 'XE65GB6LDNXYOFTX0NSV3FUWKOWIXAMJK36';
  const refused = [
    wrongChecksum,
    digits,
    digits.toLowerCase(),
    `0X${digits.toLowerCase()}`,
    icap,
    ` ${canonical}`,
    `${canonical}\n`,
    canonical.slice(0, -1),
    `${canonical}0`,
    canonical.replace('7', 'g'),
    'vitalik.eth',
    '',
  ];
  for (const text of refused) expect(book.parse(text), text).toBeNull();
  expect(book.parse(ZeroAddress)).toBe(ZeroAddress);
});
