import { z } from 'zod';
import { ChainUnavailable, type FeeTerms } from '../../../chain.ts';
import { feeHistoryAnswer, parseAnswer, toQuantity } from './answers.ts';
import type { EvmRpc } from './rpc.ts';

/** Blocks looked back on for the tip that others pay. */
const HISTORY_BLOCKS = 10;
const MEDIAN_PERCENTILE = 50;
/** The base fee grows by at most 1/8 a block: twice holds for six full blocks in a row. */
const BASE_FEE_HEADROOM = 2n;

/** Wei per unit of gas. */
export interface FeeMarket {
  /** Of the next block. */
  readonly baseFee: bigint;
  /** What others pay on top of it. */
  readonly tip: bigint;
}

/** EIP-1559 terms as integers, before they become text. */
export interface GasTerms {
  readonly gasLimit: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

export async function feeMarket(rpc: EvmRpc): Promise<FeeMarket> {
  const params = [toQuantity(HISTORY_BLOCKS), 'latest', [MEDIAN_PERCENTILE]];
  const answer = await rpc.call('eth_feeHistory', params);
  const history = parseAnswer(feeHistoryAnswer, answer, 'eth_feeHistory');
  const baseFee = history.baseFeePerGas.at(-1);
  if (baseFee === undefined) throw new ChainUnavailable('eth_feeHistory without a base fee');
  // An empty block reports a tip of zero, which says nothing about what a full one asks.
  const tips = (history.reward ?? []).flatMap((reward, index) => {
    const used = history.gasUsedRatio[index] ?? 0;
    return used > 0 && reward[0] !== undefined ? [reward[0]] : [];
  });
  return { baseFee, tip: median(tips) };
}

/**
 * Terms for `gasLimit` that ride out six full blocks, lowered to cost at most `cap` wei.
 * Null when even the next block's base fee with `minimumTip` would cost more than that.
 */
export function gasTerms(
  market: FeeMarket,
  gasLimit: bigint,
  cap: bigint,
  minimumTip: bigint,
): GasTerms | null {
  const affordable = cap / gasLimit;
  if (affordable < market.baseFee + minimumTip) return null;
  const wantedTip = larger(market.tip, minimumTip);
  const wanted = market.baseFee * BASE_FEE_HEADROOM + wantedTip;
  const maxFeePerGas = smaller(wanted, affordable);
  const maxPriorityFeePerGas = smaller(wantedTip, maxFeePerGas - market.baseFee);
  return { gasLimit, maxFeePerGas, maxPriorityFeePerGas };
}

export function writeTerms(terms: GasTerms): FeeTerms {
  return {
    terms: {
      gasLimit: terms.gasLimit.toString(),
      maxFeePerGas: terms.maxFeePerGas.toString(),
      maxPriorityFeePerGas: terms.maxPriorityFeePerGas.toString(),
    },
    most: terms.gasLimit * terms.maxFeePerGas,
  };
}

const positive = z.string().regex(/^[1-9][0-9]*$/);
const termsSchema = z.object({
  gasLimit: positive,
  maxFeePerGas: positive,
  maxPriorityFeePerGas: z.string().regex(/^(0|[1-9][0-9]*)$/),
});

/** Throws TypeError when the terms aren't EIP-1559's or could cost more than `most` says. */
export function readTerms(fee: FeeTerms): GasTerms {
  const parsed = termsSchema.safeParse(fee.terms);
  if (!parsed.success) throw new TypeError('fee terms without the fields of EIP-1559');
  const gasLimit = BigInt(parsed.data.gasLimit);
  const maxFeePerGas = BigInt(parsed.data.maxFeePerGas);
  const maxPriorityFeePerGas = BigInt(parsed.data.maxPriorityFeePerGas);
  if (gasLimit * maxFeePerGas !== fee.most || maxPriorityFeePerGas > maxFeePerGas) {
    throw new TypeError(`fee terms don't agree with the most they may cost, ${fee.most}`);
  }
  return { gasLimit, maxFeePerGas, maxPriorityFeePerGas };
}

function median(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)] ?? 0n;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
