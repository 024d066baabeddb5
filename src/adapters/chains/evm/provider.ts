import { JsonRpcProvider, Network } from 'ethers';
import type { ChainId } from '../../../chain.ts';
import { eip155Reference } from './chain-id.ts';

const POLLING_INTERVAL_MS = 100;

/**
 * An ethers provider for test chains: deploying tokens, playing the outside world. The product
 * itself reads and pays through EvmRpc. Call destroy() when done with it.
 */
export function testChainProvider(url: string, chain: ChainId): JsonRpcProvider {
  const network = Network.from(eip155Reference(chain));
  const provider = new JsonRpcProvider(url, network, {
    staticNetwork: network,
    batchMaxCount: 1, // batches wait 10 ms for company
    cacheTimeout: -1, // no answer is ever older than its question
  });
  provider.pollingInterval = POLLING_INTERVAL_MS;
  return provider;
}
