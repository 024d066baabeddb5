import { computeAddress, getAddress, HDNodeVoidWallet, HDNodeWallet } from 'ethers';
import { z } from 'zod';

/**
 * All of these are of the mnemonic that every EVM test chain starts with, so everybody has their
 * private keys. Nothing of value may ever go there. Written out, because deriving them would cost
 * every start a fifth of a second; a test derives them.
 */

/**
 * Account 1, so that no player's address is one of the funded wallets of a test chain, which are
 * of account 0 (one of those is the hot wallet below).
 */
export const DEVELOPMENT_XPUB =
  'xpub6Ce9NcJvTk372KjsGfWqbcex5DumjpNquQLApoeQUavSCjEc823BV1tb4rXUuPuht8h2hSxkg2EXUaKUJmniJvRZAELxypsCzBFdtosmV76';

/** Refused in production. */
export const DEVELOPMENT_XPUBS: readonly string[] = [
  DEVELOPMENT_XPUB,
  'xpub6Ce9NcJvTk36xtLSrJLZqE7wtgA5deCeYs7rSQtreh4cj6ByPtrg9sD7V2FNFLPnf8heNP3FGkeV9qwfzvZNSd54JoNXVsXFYSYwHsnJxqP',
];

/** The last funded wallet of a test chain pays in development. */
export const DEVELOPMENT_HOT_WALLET_KEY =
  '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6';

const DEVELOPMENT_WALLETS = 10;

let developmentWallets: ReadonlySet<string> | undefined;

/** A wallet whose key everybody has. */
export function isDevelopmentWallet(address: string): boolean {
  developmentWallets ??= new Set(DEVELOPMENT_XPUBS.flatMap(firstWallets));
  return developmentWallets.has(address);
}

function firstWallets(xpub: string): string[] {
  const receiving = HDNodeWallet.fromExtendedKey(xpub).deriveChild(0);
  const indexes = Array.from({ length: DEVELOPMENT_WALLETS }, (_, index) => index);
  return indexes.map((index) => receiving.deriveChild(index).address);
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
