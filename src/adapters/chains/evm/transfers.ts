import { getAddress, id } from 'ethers';
import type { Transfer } from '../../../chain.ts';
import type { LogAnswer, ReceiptAnswer, TransactionAnswer } from './answers.ts';

const TRANSFER_TOPIC = id('Transfer(address,address,uint256)');
const ADDRESS_PADDING = `0x${'0'.repeat(24)}`;
const WORD_HEX_LENGTH = 66;

/**
 * What one transaction moved, in execution order: its own value first, then its ERC-20 logs.
 * A reverted transaction moved nothing. Calldata is never read: it only says what was asked for.
 */
export function transfersOf(transaction: TransactionAnswer, receipt: ReceiptAnswer): Transfer[] {
  if (receipt.status !== 1) return [];
  const native = nativeTransfer(transaction, receipt);
  const tokens = receipt.logs.flatMap((log, n) => tokenTransfer(transaction.hash, log, n) ?? []);
  return native === undefined ? tokens : [native, ...tokens];
}

function nativeTransfer(
  transaction: TransactionAnswer,
  receipt: ReceiptAnswer,
): Transfer | undefined {
  const to = transaction.to ?? receipt.contractAddress;
  if (transaction.value === 0n || !to) return undefined;
  return {
    txid: transaction.hash,
    position: 'native',
    contract: null,
    from: getAddress(transaction.from.toLowerCase()),
    to: getAddress(to.toLowerCase()),
    amount: transaction.value,
  };
}

/** `n` counts within the receipt: the block-wide index shifts when a reorg reorders the block. */
function tokenTransfer(txid: string, log: LogAnswer, n: number): Transfer | undefined {
  const [topic, from, to] = log.topics;
  // Four topics are an ERC-721 transfer, whose last word is an identity and not an amount.
  if (topic !== TRANSFER_TOPIC || log.topics.length !== 3 || log.data.length !== WORD_HEX_LENGTH) {
    return undefined;
  }
  if (!from?.startsWith(ADDRESS_PADDING) || !to?.startsWith(ADDRESS_PADDING)) return undefined;
  const amount = BigInt(log.data);
  if (amount === 0n) return undefined;
  return {
    txid,
    position: `log.${n}`,
    contract: log.address.toLowerCase(),
    from: addressOfTopic(from),
    to: addressOfTopic(to),
    amount,
  };
}

function addressOfTopic(topic: string): string {
  return getAddress(`0x${topic.slice(ADDRESS_PADDING.length)}`);
}
