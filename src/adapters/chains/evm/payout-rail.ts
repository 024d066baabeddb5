import { getAddress, Interface, Transaction } from 'ethers';
import {
  type ChainId,
  ChainUnavailable,
  type FeeTerms,
  type PayoutOrder,
  type PayoutRail,
  type PayoutSighting,
  PayoutWouldRevert,
  type SendResult,
} from '../../../chain.ts';
import {
  bytesAnswer,
  countAnswer,
  hashAnswer,
  headerAnswer,
  parseAnswer,
  quantityAnswer,
  type ReceiptAnswer,
  receiptAnswer,
  toQuantity,
  transactionAnswer,
} from './answers.ts';
import { eip155Reference } from './chain-id.ts';
import { feeMarket, gasTerms, readTerms, writeTerms } from './fees.ts';
import type { EvmRpc, RpcFailure } from './rpc.ts';
import { sendFailureKind } from './send-failures.ts';

const ERC20 = new Interface(['function transfer(address to, uint256 value)']);
/** What a transfer of native coin to an address without code uses, always. */
const PLAIN_TRANSFER_GAS = 21_000n;
/** An estimate holds for the state it was made in; a fresh storage slot may be needed later. */
const ESTIMATE_MARGIN_PERCENT = 130n;
/** The least that block builders take by default (geth: 0.001 gwei). */
const DEFAULT_MINIMUM_TIP_WEI = 1_000_000n;
const REVERT_CODE = 3;

export interface EvmPayoutRailOptions {
  readonly chain: ChainId;
  readonly rpc: EvmRpc;
  /** Wei per unit of gas below which no terms are quoted; some chains ask much more than others. */
  readonly minimumTipWei?: bigint;
}

/**
 * Pays native coin and ERC-20 by EIP-1559 transactions. Fees are execution only: a rollup's charge
 * for its parent chain's data is neither quoted nor counted.
 */
export class EvmPayoutRail implements PayoutRail {
  readonly chain: ChainId;
  readonly #rpc: EvmRpc;
  readonly #reference: bigint;
  readonly #minimumTip: bigint;

  constructor(options: EvmPayoutRailOptions) {
    this.chain = options.chain;
    this.#reference = eip155Reference(options.chain);
    this.#rpc = options.rpc;
    this.#minimumTip = options.minimumTipWei ?? DEFAULT_MINIMUM_TIP_WEI;
  }

  async firstNonce(wallet: string): Promise<number> {
    const answer = await this.#rpc.call('eth_getTransactionCount', [wallet, 'pending']);
    return parseAnswer(countAnswer, answer, 'eth_getTransactionCount');
  }

  async quote(order: PayoutOrder, cap: bigint): Promise<FeeTerms | null> {
    const gasLimit = await this.#gasLimit(order);
    const terms = gasTerms(await feeMarket(this.#rpc), gasLimit, cap, this.#minimumTip);
    return terms === null ? null : writeTerms(terms);
  }

  build(order: PayoutOrder, nonce: number, fee: FeeTerms): string {
    if (!Number.isSafeInteger(nonce) || nonce < 0) throw new RangeError(`nonce ${nonce}`);
    if (order.amount < 0n) throw new RangeError(`amount ${order.amount}`);
    return Transaction.from({
      type: 2,
      chainId: this.#reference,
      nonce,
      ...readTerms(fee),
      ...callOf(order),
    }).unsignedSerialized;
  }

  txid(raw: string): string {
    const { hash } = Transaction.from(raw);
    if (hash === null) throw new TypeError('the transaction is not signed');
    return hash;
  }

  async send(raw: string): Promise<SendResult> {
    const txid = this.txid(raw);
    const answer = await this.#rpc.ask('eth_sendRawTransaction', [raw]);
    if (answer.kind === 'failure') return this.#afterFailure(txid, answer.failure);
    const answered = parseAnswer(hashAnswer, answer.result, 'eth_sendRawTransaction');
    if (answered === txid) return { kind: 'accepted' };
    throw new ChainUnavailable(`the node answered ${answered} to the transaction ${txid}`);
  }

  async sighting(txid: string): Promise<PayoutSighting> {
    const raw = await this.#rpc.call('eth_getTransactionReceipt', [txid]);
    if (raw === null) return (await this.#knows(txid)) ? { kind: 'pending' } : { kind: 'unknown' };
    const receipt = parseAnswer(receiptAnswer, raw, `receipt of ${txid}`);
    if (receipt.transactionHash !== txid.toLowerCase()) {
      throw new ChainUnavailable(`asked for the receipt of ${txid}, got another's`);
    }
    if (await this.#isCanonical(receipt)) return minedSighting(receipt);
    return this.#sightingOffChain(txid);
  }

  /** Throws PayoutWouldRevert. */
  async #gasLimit(order: PayoutOrder): Promise<bigint> {
    if (order.contract === null) {
      const answer = await this.#rpc.call('eth_getCode', [order.to, 'latest']);
      const code = parseAnswer(bytesAnswer, answer, 'eth_getCode');
      if (code === '0x') return PLAIN_TRANSFER_GAS;
    }
    const { to, value, data } = callOf(order);
    const call = { from: order.from, to, value: toQuantity(value), data };
    const answer = await this.#rpc.ask('eth_estimateGas', [call]);
    if (answer.kind === 'failure') throw notEstimated(answer.failure);
    const estimate = parseAnswer(quantityAnswer, answer.result, 'eth_estimateGas');
    return (estimate * ESTIMATE_MARGIN_PERCENT) / 100n;
  }

  async #afterFailure(txid: string, failure: RpcFailure): Promise<SendResult> {
    const kind = sendFailureKind(failure);
    // "nonce too low" is also what a node says of a transaction that it has mined.
    if (kind !== 'unclear' && (await this.#knows(txid))) return { kind: 'accepted' };
    if (kind === 'refused') return { kind: 'refused', reason: failure.message };
    const message = `eth_sendRawTransaction at ${this.#rpc.host}: ${failure.message}`;
    throw new ChainUnavailable(message, { cause: failure });
  }

  async #knows(txid: string): Promise<boolean> {
    return (await this.#rpc.call('eth_getTransactionByHash', [txid])) !== null;
  }

  /** A node may still show the receipt of a block that a reorg took out. */
  async #isCanonical(receipt: ReceiptAnswer): Promise<boolean> {
    const height = toQuantity(receipt.blockNumber);
    const raw = await this.#rpc.call('eth_getBlockByNumber', [height, false]);
    if (raw === null) return false;
    const header = parseAnswer(headerAnswer, raw, `block ${receipt.blockNumber}`);
    return header.hash === receipt.blockHash;
  }

  async #sightingOffChain(txid: string): Promise<PayoutSighting> {
    const raw = await this.#rpc.call('eth_getTransactionByHash', [txid]);
    if (raw === null) return { kind: 'unknown' };
    const transaction = parseAnswer(transactionAnswer, raw, `transaction ${txid}`);
    return { kind: transaction.blockHash ? 'unknown' : 'pending' };
  }
}

function callOf(order: PayoutOrder): { to: string; value: bigint; data: string } {
  const to = getAddress(order.to);
  if (order.contract === null) return { to, value: order.amount, data: '0x' };
  const data = ERC20.encodeFunctionData('transfer', [to, order.amount]);
  return { to: getAddress(order.contract), value: 0n, data };
}

function minedSighting(receipt: ReceiptAnswer): PayoutSighting {
  return {
    kind: 'mined',
    block: { height: receipt.blockNumber, hash: receipt.blockHash },
    succeeded: receipt.status === 1,
    fee: receipt.gasUsed * receipt.effectiveGasPrice,
  };
}

function notEstimated(failure: RpcFailure): Error {
  const reverts =
    failure.code === REVERT_CODE || /revert|insufficient funds/i.test(failure.message);
  return reverts
    ? new PayoutWouldRevert(failure.message, { cause: failure })
    : new ChainUnavailable(`eth_estimateGas: ${failure.message}`, { cause: failure });
}
