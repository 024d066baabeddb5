import type { AnvilOptions } from '../../src/adapters/chains/evm/anvil.ts';
import { anvil, type TestAnvil } from './anvil.ts';
import { freshKey, type TestHouse, type TestHouseOptions, testHouse } from './house.ts';
import { type JsonRpcProxy, startProxy } from './json-rpc-proxy.ts';
import { preparedDatabase } from './prepared-database.ts';

export const DOLLAR = 1_000_000n;

export interface HouseOnChain {
  readonly databaseUrl: string;
  readonly node: TestAnvil;
  /** Between every house and the node, unless they are to be direct. */
  readonly proxy: JsonRpcProxy;
  /** Where the houses ask. */
  readonly chainUrl: string;
  /** A TestUSDT with plenty on account 0. */
  readonly token: string;
  readonly hotWalletKey: string;
  /** Another house on the same database, node and hot wallet; the caller stops it. */
  open(over?: Partial<TestHouseOptions>): Promise<TestHouse>;
  /** Everything but the houses. */
  stop(): Promise<void>;
}

/**
 * A database, a node behind a proxy and a token; deposits count after one confirmation. Direct: for
 * tests that leave the node's answers alone, since a proxy works twice as much as who asks.
 */
export async function houseOnChain({
  isDirect = false,
  ...options
}: AnvilOptions & { readonly isDirect?: boolean } = {}): Promise<HouseOnChain> {
  const node = await anvil(options);
  const proxy = await startProxy(node.url);
  const token = await node.deployTestToken(1_000_000n * DOLLAR);
  const database = await preparedDatabase();
  const hotWalletKey = freshKey();
  const chainUrl = isDirect ? node.url : proxy.url;
  return {
    ...{ node, proxy, chainUrl, token, hotWalletKey, databaseUrl: database.url },
    open: (over = {}) =>
      testHouse({
        databaseUrl: database.url,
        ...{ chainUrl, chain: node.chain, token, hotWalletKey },
        deposits: { rules: [{ asset: '*', upTo: null, confirmations: 1 }] },
        ...over,
      }),
    stop: async () => {
      await proxy.stop();
      await node.stop();
      await database.drop();
    },
  };
}
