/**
 * The port to a chain: what the scanner reads and what the payout worker sends. One adapter per
 * family in `src/adapters/chains/`. Amounts are integers in the asset's smallest unit on chain.
 */

/** CAIP-2, as in `eip155:1`. */
export type ChainId = string;

export interface BlockRef {
  readonly height: number;
  readonly hash: string;
}

/** One executed movement of value. Reverted transactions have none. */
export interface Transfer {
  readonly txid: string;
  /** Within the transaction and stable across a reorg: `native`, or `log.<n>` by receipt order. */
  readonly position: string;
  /** Lower-case contract address; null for the native coin. */
  readonly contract: string | null;
  /** Addresses in the chain's canonical spelling (EVM: EIP-55 checksum). */
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}

export interface Block extends BlockRef {
  readonly parentHash: string;
  /** Every transfer of the block, in execution order: callers pick those that they watch. */
  readonly transfers: readonly Transfer[];
}

export interface Tip {
  readonly head: BlockRef;
  /** The highest block that the chain calls final. */
  readonly finalized: BlockRef;
}

/**
 * Reading. Every method throws ChainUnavailable when the node can't be asked or contradicts itself.
 */
export interface ChainReader {
  readonly chain: ChainId;
  /** Throws WrongChain when the node serves another chain (id or genesis hash). */
  verify(): Promise<void>;
  genesis(): Promise<string>;
  tip(): Promise<Tip>;
  /** Undefined above the head. Transfers belong to exactly the block whose hash is returned. */
  block(height: number): Promise<Block | undefined>;
  /** Of the native coin, or of a token's contract, at the head or at a height. */
  balance(address: string, contract: string | null, height?: number): Promise<bigint>;
}

/** What to pay. */
export interface PayoutOrder {
  readonly from: string;
  readonly to: string;
  readonly contract: string | null;
  readonly amount: bigint;
}

/**
 * The chain's own fee terms, as integers in text (EVM: gasLimit, maxFeePerGas,
 * maxPriorityFeePerGas).
 */
export interface FeeTerms {
  readonly terms: Readonly<Record<string, string>>;
  /** The most that these terms can cost, in the native coin. */
  readonly most: bigint;
}

export type SendResult =
  /** In the node's pool, or already there or mined: look the hash up. */
  | { readonly kind: 'accepted' }
  /** The node says that this can't be mined as things stand. Not a proof of death. */
  | { readonly kind: 'refused'; readonly reason: string };

export type PayoutSighting =
  /** This node doesn't know it. Never a proof of failure. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'mined';
      readonly block: BlockRef;
      readonly succeeded: boolean;
      /** Paid by the sender, in the native coin. */
      readonly fee: bigint;
    };

export interface PayoutRail {
  readonly chain: ChainId;
  /** The next unused nonce by the chain's own count. Used once, when a wallet is opened. */
  firstNonce(wallet: string): Promise<number>;
  /**
   * Terms that should be mined soon, lowered to stay at or under `cap`. Null: not possible under
   * it. Throws PayoutWouldRevert when the chain would execute the order and undo it, whatever it
   * costs.
   */
  quote(order: PayoutOrder, cap: bigint): Promise<FeeTerms | null>;
  /** The unsigned transaction, serialised. Pure: the same input gives the same bytes. */
  build(order: PayoutOrder, nonce: number, fee: FeeTerms): string;
  /** The transaction id of signed bytes. Pure. */
  txid(raw: string): string;
  /** Throws ChainUnavailable when the outcome is unknown: send the same bytes again. */
  send(raw: string): Promise<SendResult>;
  sighting(txid: string): Promise<PayoutSighting>;
}

/** Holds one wallet's private key and shows it to nobody. */
export interface Signer {
  readonly chain: ChainId;
  readonly address: string;
  /** Unsigned bytes in, signed bytes out, both serialised as the rail does. */
  sign(unsigned: string): Promise<string>;
}

/** Derives and checks addresses without any private key. */
export interface AddressBook {
  readonly chain: ChainId;
  /** The receiving address number `index` below the account's extended public key. */
  derive(index: number): string;
  /** The canonical spelling of a destination, or null when it is no address of this chain. */
  parse(text: string): string | null;
}

/** The node can't be asked now, lags, or gave an answer that doesn't hold together. Retry later. */
export class ChainUnavailable extends Error {
  override readonly name = 'ChainUnavailable';
}

/** The node serves another chain than the one configured. Never retried. */
export class WrongChain extends Error {
  override readonly name = 'WrongChain';
}

/**
 * As things stand, the order would be mined and fail: an empty wallet, a destination that refuses.
 */
export class PayoutWouldRevert extends Error {
  override readonly name = 'PayoutWouldRevert';
}
