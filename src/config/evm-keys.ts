import { computeAddress, getAddress, HDNodeVoidWallet, HDNodeWallet, Mnemonic } from 'ethers';
import { z } from 'zod';

/** Everybody knows it: the default of every EVM test chain. Nothing of value may ever go there. */
const DEVELOPMENT_MNEMONIC = 'test test test test test test test test test test test junk';
const DEVELOPMENT_WALLETS = 10;

const account = (index: number) =>
  HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVELOPMENT_MNEMONIC), `m/44'/60'/${index}'`);

/**
 * Account 1, so that no player's address is one of the funded wallets of a test chain, which are
 * of account 0 (one of those is the hot wallet below).
 */
export const DEVELOPMENT_XPUB = account(1).neuter().extendedKey;

/** Refused in production: their private keys are public. */
export const DEVELOPMENT_XPUBS: readonly string[] = [
  DEVELOPMENT_XPUB,
  account(0).neuter().extendedKey,
];

/** The last funded wallet of a test chain pays in development. */
export function developmentHotWalletKey(): string {
  return account(0).derivePath(`0/${DEVELOPMENT_WALLETS - 1}`).privateKey;
}

/** A wallet whose key everybody has. */
export function isDevelopmentWallet(address: string): boolean {
  return DEVELOPMENT_XPUBS.some((xpub) => {
    const receiving = HDNodeWallet.fromExtendedKey(xpub).deriveChild(0);
    return Array.from({ length: DEVELOPMENT_WALLETS }, (_, index) => index).some(
      (index) => receiving.deriveChild(index).address === address,
    );
  });
}

const ACCOUNT_DEPTH = 3;

export const extendedPublicKey = z.string().superRefine((text, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  // By its text first, so that a private key is never even decoded.
  if (/^[a-z]prv/.test(text)) return refuse('is a private key (xprv); give the public one (xpub)');
  const node = decode(text);
  if (node === null) return refuse('is no extended public key (xpub…)');
  if (node.depth !== ACCOUNT_DEPTH) {
    refuse(`is at depth ${node.depth}; the account m/44'/60'/0' is at ${ACCOUNT_DEPTH}`);
  }
});

function decode(text: string): HDNodeVoidWallet | null {
  try {
    const node = HDNodeWallet.fromExtendedKey(text);
    return node instanceof HDNodeVoidWallet ? node : null;
  } catch {
    return null; // the library's error quotes its argument
  }
}

export const walletKey = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
  .refine((key) => walletOf(key) !== null, 'is no private key of this curve');

/** Null for a number that is no key. */
export function walletOf(key: string): string | null {
  try {
    return computeAddress(key);
  } catch {
    return null;
  }
}

/** In EIP-55 spelling; in mixed case its checksum must be right. */
export const evmAddress = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits')
  .transform((text, context) => {
    try {
      return getAddress(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'has a wrong checksum: a digit is mistyped' });
      return z.NEVER;
    }
  });
