import type { RpcFailure } from './rpc.ts';

/**
 * Codes with which nodes refuse a transaction: -32000 (geth and those who follow it), -32003
 * (EIP-1474 "transaction rejected"), -32010 (Nethermind, OpenEthereum), -32602 (undecodable).
 */
const REFUSAL_CODES = new Set([-32000, -32003, -32010, -32602]);

const KNOWN = /already known|already imported|known transaction|already in (the )?(pool|mempool)/i;
const REFUSED = new RegExp(
  [
    'nonce too',
    'underpriced',
    'insufficient funds',
    'fee too low',
    'max (priority )?fee',
    'intrinsic gas',
    'exceeds block gas',
    'decode',
    'invalid (sender|transaction|signature|chain)',
    'txpool is full',
  ].join('|'),
  'i',
);

/** Said by nodes and gateways in trouble of their own: it tells nothing of the transaction. */
const TROUBLED =
  /time(d)? ?out|rate|limit exceeded|too many|internal|unavailable|syncing|overload/i;

/** What a node's error about a raw transaction says of that transaction. */
export type SendFailureKind =
  /** It has it, or says so: look it up. */
  | 'known'
  /** It won't have it as things stand: look it up all the same. */
  | 'refused'
  /** It speaks of something else, so the outcome is unknown. */
  | 'unclear';

export function sendFailureKind(failure: RpcFailure): SendFailureKind {
  if (KNOWN.test(failure.message)) return 'known';
  if (REFUSED.test(failure.message)) return 'refused';
  if (TROUBLED.test(failure.message)) return 'unclear';
  return REFUSAL_CODES.has(failure.code) ? 'refused' : 'unclear';
}
