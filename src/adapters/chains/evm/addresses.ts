import { getAddress, HDNodeVoidWallet, HDNodeWallet } from 'ethers';
import type { AddressBook, ChainId } from '../../../chain.ts';
import { eip155Reference } from './chain-id.ts';

const ACCOUNT_DEPTH = 3;
const HARDENED = 0x8000_0000;

export interface EvmAddressBookOptions {
  readonly chain: ChainId;
  /** Account-level extended public key, m/44'/60'/0', in base58 (`xpub…`). */
  readonly extendedPublicKey: string;
}

/** Receiving address `i` is m/44'/60'/0'/0/i, from the public half alone. */
export class EvmAddressBook implements AddressBook {
  readonly chain: ChainId;
  readonly #account: HDNodeVoidWallet;
  /** Derived when it is first needed: many processes start and never show an address. */
  #receiving: HDNodeVoidWallet | undefined;

  /** Throws TypeError for a private key (never shown) or a key that isn't at account level. */
  constructor(options: EvmAddressBookOptions) {
    eip155Reference(options.chain);
    this.chain = options.chain;
    this.#account = accountNode(options.extendedPublicKey);
  }

  /** Throws RangeError unless `index` is an integer from 0 to 2^31 - 1. */
  derive(index: number): string {
    if (!Number.isInteger(index) || index < 0 || index >= HARDENED) {
      throw new RangeError(`address index out of range: ${index}`);
    }
    this.#receiving ??= this.#account.deriveChild(0);
    return this.#receiving.deriveChild(index).address;
  }

  /**
   * `0x` and 40 hex digits, to EIP-55. Mixed case must carry a right checksum, since a typing error
   * is what it is for. The zero address is an address: whether to pay it is the domain's matter.
   */
  parse(text: string): string | null {
    if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return null;
    const digits = text.slice(2);
    const canonical = getAddress(text.toLowerCase());
    const unmixed = digits === digits.toLowerCase() || digits === digits.toUpperCase();
    return unmixed || canonical === text ? canonical : null;
  }
}

function accountNode(extendedKey: string): HDNodeVoidWallet {
  // Checked by its text first, so that a private key is never even decoded.
  if (/^[a-z]prv/.test(extendedKey)) {
    throw new TypeError('an extended private key (xprv) was given: configure the xpub only');
  }
  const node = decode(extendedKey);
  // ethers doesn't verify the checksum of a key of full length; a typing error in the xpub would
  // send every deposit to addresses that nobody has keys for.
  if (!(node instanceof HDNodeVoidWallet) || node.extendedKey !== extendedKey) {
    throw new TypeError("not an extended public key ('xpub…')");
  }
  if (node.depth !== ACCOUNT_DEPTH) {
    throw new TypeError(`the xpub is at depth ${node.depth}; m/44'/60'/0' is at ${ACCOUNT_DEPTH}`);
  }
  return node;
}

function decode(extendedKey: string): HDNodeWallet | HDNodeVoidWallet | undefined {
  try {
    return HDNodeWallet.fromExtendedKey(extendedKey);
  } catch {
    return undefined; // the library's error quotes its argument
  }
}
