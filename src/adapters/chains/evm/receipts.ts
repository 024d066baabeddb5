import { z } from 'zod';
import { ChainUnavailable } from '../../../chain.ts';
import { type BlockAnswer, parseAnswer, type ReceiptAnswer, receiptAnswer } from './answers.ts';
import type { EvmRpc } from './rpc.ts';

/** Requests at once against a node that only gives receipts one by one. */
const CONCURRENT_REQUESTS = 8;

/**
 * The receipts of exactly this block, in the order of its transactions. Asked by the block's hash,
 * because by height a reorg in between would give another block's.
 * Throws ChainUnavailable when they don't belong together: ask again from the header.
 */
export async function receiptsOf(rpc: EvmRpc, block: BlockAnswer): Promise<ReceiptAnswer[]> {
  if (block.transactions.length === 0) return [];
  const answer = await rpc.ask('eth_getBlockReceipts', [block.hash]);
  if (answer.kind === 'failure' && !answer.failure.isMissingMethod) {
    throw new ChainUnavailable(`no receipts of ${block.hash}: ${answer.failure.message}`, {
      cause: answer.failure,
    });
  }
  const raw = answer.kind === 'result' ? answer.result : await receiptsOneByOne(rpc, block);
  const receipts = parseAnswer(z.array(receiptAnswer), raw, `receipts of ${block.hash}`);
  assertBelongs(block, receipts);
  return receipts;
}

async function receiptsOneByOne(rpc: EvmRpc, block: BlockAnswer): Promise<unknown[]> {
  const hashes = block.transactions.map((transaction) => transaction.hash);
  const receipts: unknown[] = [];
  for (let start = 0; start < hashes.length; start += CONCURRENT_REQUESTS) {
    const slice = hashes.slice(start, start + CONCURRENT_REQUESTS);
    const asked = slice.map((hash) => rpc.call('eth_getTransactionReceipt', [hash]));
    receipts.push(...(await Promise.all(asked)));
  }
  return receipts;
}

function assertBelongs(block: BlockAnswer, receipts: readonly ReceiptAnswer[]): void {
  if (receipts.length !== block.transactions.length) {
    const counts = `${receipts.length} receipts for ${block.transactions.length} transactions`;
    throw new ChainUnavailable(`block ${block.hash}: ${counts}`);
  }
  block.transactions.forEach((transaction, index) => {
    const receipt = receipts[index];
    const belongs =
      transaction.blockHash === block.hash &&
      transaction.transactionIndex === index &&
      receipt?.blockHash === block.hash &&
      receipt.blockNumber === block.number &&
      receipt.transactionHash === transaction.hash &&
      receipt.transactionIndex === index &&
      hasOrderedLogs(receipt);
    if (!belongs) {
      throw new ChainUnavailable(
        `block ${block.hash}: the receipt of ${transaction.hash} is not its`,
      );
    }
  });
}

/** A log's place in its receipt is part of a deposit's identity: a shuffled answer is none. */
function hasOrderedLogs(receipt: ReceiptAnswer): boolean {
  const first = receipt.logs[0]?.logIndex ?? 0;
  return receipt.logs.every((log, n) => log.logIndex === first + n);
}
