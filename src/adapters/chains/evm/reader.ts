import { Interface } from 'ethers';
import {
  type Block,
  type BlockRef,
  type ChainId,
  type ChainReader,
  ChainUnavailable,
  type Tip,
  WrongChain,
} from '../../../chain.ts';
import {
  blockAnswer,
  bytesAnswer,
  countAnswer,
  headerAnswer,
  parseAnswer,
  quantityAnswer,
  toQuantity,
} from './answers.ts';
import { eip155Reference } from './chain-id.ts';
import { receiptsOf } from './receipts.ts';
import type { EvmRpc } from './rpc.ts';
import { transfersOf } from './transfers.ts';

const ERC20 = new Interface(['function balanceOf(address) view returns (uint256)']);
const WORD_HEX_LENGTH = 66;

export interface EvmReaderOptions {
  /** CAIP-2, as in `eip155:1`. */
  readonly chain: ChainId;
  readonly rpc: EvmRpc;
  /** Hash of block 0. Given, it must match: private chains often share a chain id. */
  readonly genesisHash?: string;
}

/**
 * Reads an EVM chain from receipts: the value of executed transactions and ERC-20 `Transfer` logs,
 * of any contract (the caller decides what is listed).
 *
 * What can't be seen this way: native coin that a contract moves by an internal call (multisigs,
 * exchanges' batch payouts, self-destructs, block rewards, withdrawals of validators), because it
 * leaves neither a log nor a receipt; only tracing nodes show it. `balance()` shows that it came,
 * so a reconciliation against the sum of transfers finds it. Tokens that change balances without
 * a `Transfer` (rebasing) are unseen in the same way.
 */
export class EvmReader implements ChainReader {
  readonly chain: ChainId;
  readonly #rpc: EvmRpc;
  readonly #reference: bigint;
  readonly #genesisHash: string | undefined;

  constructor(options: EvmReaderOptions) {
    this.chain = options.chain;
    this.#reference = eip155Reference(options.chain);
    this.#rpc = options.rpc;
    this.#genesisHash = options.genesisHash?.toLowerCase();
  }

  async verify(): Promise<void> {
    const answer = await this.#rpc.call('eth_chainId', []);
    const reference = parseAnswer(quantityAnswer, answer, 'eth_chainId');
    if (reference !== this.#reference) {
      throw new WrongChain(`the node serves eip155:${reference}, configured is ${this.chain}`);
    }
    if (this.#genesisHash === undefined) return;
    const genesis = await this.genesis();
    if (genesis !== this.#genesisHash) {
      throw new WrongChain(`the node's genesis is ${genesis}, configured is ${this.#genesisHash}`);
    }
  }

  async genesis(): Promise<string> {
    return (await this.#header(toQuantity(0))).hash;
  }

  async tip(): Promise<Tip> {
    // Finalized first: the head only grows meanwhile, so an honest node never contradicts itself.
    const finalized = await this.#header('finalized');
    const head = await this.#header('latest');
    const sameHeight = finalized.height === head.height;
    if (finalized.height > head.height || (sameHeight && finalized.hash !== head.hash)) {
      const heights = `finalized ${finalized.height} against head ${head.height}`;
      throw new ChainUnavailable(`the node contradicts itself: ${heights}`);
    }
    return { head, finalized };
  }

  async block(height: number): Promise<Block | undefined> {
    const raw = await this.#rpc.call('eth_getBlockByNumber', [toQuantity(height), true]);
    if (raw === null) return this.#nothingAt(height);
    const block = parseAnswer(blockAnswer, raw, `block ${height}`);
    if (block.number !== height) {
      throw new ChainUnavailable(`asked for block ${height}, the node gave ${block.number}`);
    }
    const receipts = await receiptsOf(this.#rpc, block);
    const transfers = block.transactions.flatMap((transaction, index) => {
      const receipt = receipts[index];
      return receipt === undefined ? [] : transfersOf(transaction, receipt);
    });
    return { height, hash: block.hash, parentHash: block.parentHash, transfers };
  }

  async balance(address: string, contract: string | null, height?: number): Promise<bigint> {
    const at = height === undefined ? 'latest' : toQuantity(height);
    if (contract === null) {
      const answer = await this.#rpc.call('eth_getBalance', [address, at]);
      return parseAnswer(quantityAnswer, answer, 'eth_getBalance');
    }
    const data = ERC20.encodeFunctionData('balanceOf', [address]);
    const answer = await this.#rpc.call('eth_call', [{ to: contract, data }, at]);
    const word = parseAnswer(bytesAnswer, answer, 'balanceOf');
    // No code there gives '0x', which must not be read as zero.
    if (word.length !== WORD_HEX_LENGTH) {
      if (height !== undefined && (await this.#isYounger(contract, height))) return 0n;
      throw new ChainUnavailable(`${contract} doesn't answer balanceOf at ${at}`);
    }
    return BigInt(word);
  }

  /** A contract that is there, and wasn't yet at that height: then nobody had any of it. */
  async #isYounger(contract: string, height: number): Promise<boolean> {
    const codeAt = async (at: string) =>
      parseAnswer(bytesAnswer, await this.#rpc.call('eth_getCode', [contract, at]), 'eth_getCode');
    return (await codeAt(toQuantity(height))) === '0x' && (await codeAt('latest')) !== '0x';
  }

  /** Undefined only if the node agrees that it isn't there yet. */
  async #nothingAt(height: number): Promise<undefined> {
    const answer = await this.#rpc.call('eth_blockNumber', []);
    const head = parseAnswer(countAnswer, answer, 'eth_blockNumber');
    if (head >= height) {
      throw new ChainUnavailable(`the node has no block ${height} though its head is ${head}`);
    }
    return undefined;
  }

  async #header(tag: string): Promise<BlockRef> {
    const answer = await this.#rpc.call('eth_getBlockByNumber', [tag, false]);
    const header = parseAnswer(headerAnswer, answer, `block '${tag}'`);
    return { height: header.number, hash: header.hash };
  }
}
