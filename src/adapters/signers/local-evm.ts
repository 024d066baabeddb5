import { computeAddress, SigningKey, Transaction } from 'ethers';
import type { ChainId, Signer } from '../../chain.ts';
import { eip155Reference } from '../chains/evm/chain-id.ts';

const EIP_1559 = 2;

export interface LocalEvmSignerOptions {
  readonly chain: ChainId;
  /** 32 bytes as hex, with or without `0x`. */
  readonly privateKey: string;
}

/**
 * Signs with a key held in this process: for development and small hot wallets. The key lives in a
 * `#private` field, which neither inspection nor JSON reaches, and in no error.
 */
export class LocalEvmSigner implements Signer {
  readonly chain: ChainId;
  readonly address: string;
  readonly #key: SigningKey;
  readonly #reference: bigint;

  /** Throws TypeError for a malformed key, without showing it. */
  constructor(options: LocalEvmSignerOptions) {
    this.chain = options.chain;
    this.#reference = eip155Reference(options.chain);
    this.#key = signingKey(options.privateKey);
    this.address = computeAddress(this.#key.publicKey);
  }

  /** Same bytes in, same bytes out (RFC 6979). Throws TypeError for what it must not sign. */
  async sign(unsigned: string): Promise<string> {
    const transaction = Transaction.from(unsigned);
    if (transaction.isSigned()) throw new TypeError('the transaction is already signed');
    if (transaction.type !== EIP_1559) throw new TypeError('only EIP-1559 transactions are signed');
    if (transaction.chainId !== this.#reference) {
      throw new TypeError(
        `the transaction is for eip155:${transaction.chainId}, not ${this.chain}`,
      );
    }
    transaction.signature = this.#key.sign(transaction.unsignedHash);
    return transaction.serialized;
  }
}

function signingKey(text: string): SigningKey {
  const refused = new TypeError('not a private key of 32 bytes in hex (not shown)');
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) throw refused;
  try {
    const key = new SigningKey(text.startsWith('0x') ? text : `0x${text}`);
    computeAddress(key.publicKey); // zero and values above the curve's order fail here
    return key;
  } catch {
    throw refused; // without the cause: it may quote the key
  }
}
