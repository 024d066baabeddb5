import { z } from 'zod';
import { ChainUnavailable } from '../../../chain.ts';

/** The shapes of a node's answers: only what is used, checked before anything trusts it. */

const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((text) => BigInt(text));
const count = quantity
  .refine((value) => value <= BigInt(Number.MAX_SAFE_INTEGER))
  .transform((value) => Number(value));
const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/);
const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase());
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

export const quantityAnswer = quantity;
export const countAnswer = count;
export const bytesAnswer = bytes;
export const hashAnswer = hash;

export const headerAnswer = z.object({ number: count, hash, parentHash: hash });

export const transactionAnswer = z.object({
  hash,
  blockHash: hash.nullish(),
  transactionIndex: count.nullish(),
  from: address,
  to: address.nullish(),
  value: quantity,
});

export const blockAnswer = headerAnswer.extend({ transactions: z.array(transactionAnswer) });

export const logAnswer = z.object({
  address,
  topics: z.array(hash),
  data: bytes,
  logIndex: count,
});

export const receiptAnswer = z.object({
  transactionHash: hash,
  transactionIndex: count,
  blockHash: hash,
  blockNumber: count,
  status: count,
  contractAddress: address.nullish(),
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  logs: z.array(logAnswer),
});

export const feeHistoryAnswer = z.object({
  baseFeePerGas: z.array(quantity).min(1),
  gasUsedRatio: z.array(z.number().nullable()),
  reward: z.array(z.array(quantity)).nullish(),
});

export type BlockAnswer = z.infer<typeof blockAnswer>;
export type TransactionAnswer = z.infer<typeof transactionAnswer>;
export type LogAnswer = z.infer<typeof logAnswer>;
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;

/** Throws ChainUnavailable naming the first field that is wrong; never the value. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ChainUnavailable(`the node's answer for ${what} is malformed at '${at}'`);
}

/** The integer as the quantities of JSON-RPC are written. */
export function toQuantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
