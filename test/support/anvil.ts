import { setTimeout as sleep } from 'node:timers/promises';
import { HDNodeWallet, type JsonRpcProvider } from 'ethers';
import { z } from 'zod';
import { type AnvilOptions, startAnvil } from '../../src/adapters/chains/evm/anvil.ts';
import { deployTestToken, mintTestToken } from '../../src/adapters/chains/evm/deploy-test-token.ts';
import { testChainProvider } from '../../src/adapters/chains/evm/provider.ts';
import { EvmRpc } from '../../src/adapters/chains/evm/rpc.ts';

/** Public since Hardhat's first days, and the default of anvil: never holds anything of value. */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

const DEV_ACCOUNTS = 10;
const SETTLE_TIMEOUT_MS = 10_000;
const SETTLE_POLL_MS = 5;

/** A transaction put into a reorg's block: a signed one, or a request of an unlocked account. */
export type ReorgTransaction = readonly [
  raw: string | Readonly<Record<string, string>>,
  blockOffset: number,
];

export interface TestAnvil {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** CAIP-2. */
  readonly chain: string;
  readonly provider: JsonRpcProvider;
  /** What the reader and the rail are made with. */
  readonly client: EvmRpc;
  /** One of ten accounts with 10,000 coins each, connected to the provider. */
  account(index: number): HDNodeWallet;
  /** Any method of anvil. Throws ChainUnavailable when it answers with an error. */
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>;
  mine(blocks?: number): Promise<void>;
  /**
   * Waits until every transaction that can be mined is. A node that mines by itself answers first
   * and mines a moment later, so a test that reads at once finds it pending now and then.
   */
  settle(): Promise<void>;
  /**
   * Replaces the last `depth` blocks by others of the same heights. Their transactions are gone,
   * also from the pool; `transactions` come in their stead, at an offset from the first new block.
   */
  reorg(depth: number, transactions?: readonly ReorgTransaction[]): Promise<void>;
  /** With false, blocks come only from mine(). With true they follow each transaction: settle(). */
  automine(on: boolean): Promise<void>;
  /** A TestUSDT owned by account 0, which gets `minted` (millionths). Returns its address. */
  deployTestToken(minted?: bigint): Promise<string>;
  stop(): Promise<void>;
}

/** A real anvil whose `finalized` is its head less two. */
export async function anvil(options: AnvilOptions = {}): Promise<TestAnvil> {
  const started = await startAnvil({ slotsInAnEpoch: 1, ...options });
  const { url, port, pid } = started;
  const chain = `eip155:${options.chainId ?? 31337}`;
  const provider = testChainProvider(url, chain);
  const client = new EvmRpc({ url });
  // Each is connected when it is asked for: that computes its public key again.
  const connected = new Map<number, HDNodeWallet>();
  const account = (index: number) => {
    const found = connected.get(index) ?? devAccount(index).connect(provider);
    connected.set(index, found);
    return found;
  };
  const rpc = (method: string, params: readonly unknown[] = []) => client.call(method, params);
  return {
    url,
    port,
    pid,
    chain,
    provider,
    client,
    rpc,
    account,
    mine: async (blocks = 1) => void (await rpc('anvil_mine', [`0x${blocks.toString(16)}`])),
    settle: () => settle(rpc),
    reorg: async (depth, transactions = []) =>
      void (await rpc('anvil_reorg', [depth, transactions])),
    automine: async (on) => void (await rpc('evm_setAutomine', [on])),
    deployTestToken: async (minted = 0n) => {
      const { address } = await deployTestToken(account(0));
      if (minted > 0n) await mintTestToken(account(0), address, account(0).address, minted);
      return address;
    },
    stop: async () => {
      provider.destroy();
      await started.stop();
    },
  };
}

async function settle(rpc: TestAnvil['rpc']): Promise<void> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { pending } = z.object({ pending: z.string() }).parse(await rpc('txpool_status'));
    if (pending === '0x0') return;
    await sleep(SETTLE_POLL_MS);
  }
  throw new Error('the pool does not empty: is automine off?');
}

let parent: HDNodeWallet | undefined;
const derived = new Map<number, HDNodeWallet>();

/** Derived once: the mnemonic's hash takes a tenth of a second, and there are dozens of nodes. */
function devAccount(index: number): HDNodeWallet {
  if (index < 0 || index >= DEV_ACCOUNTS) throw new Error(`there are ${DEV_ACCOUNTS} accounts`);
  parent ??= HDNodeWallet.fromPhrase(DEV_MNEMONIC, undefined, "m/44'/60'/0'/0");
  const found = derived.get(index) ?? parent.deriveChild(index);
  derived.set(index, found);
  return found;
}
