import type { ChainId } from '../../../chain.ts';

/** `eip155:137` → 137n. Throws TypeError for what is no CAIP-2 id of an EVM chain. */
export function eip155Reference(chain: ChainId): bigint {
  const match = /^eip155:([1-9][0-9]{0,31})$/.exec(chain);
  if (match?.[1] === undefined) throw new TypeError(`not an EVM chain: '${chain}'`);
  return BigInt(match[1]);
}
