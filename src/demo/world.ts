import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Contract, HDNodeWallet, type JsonRpcProvider, NonceManager } from 'ethers';
import { z } from 'zod';
import { type Anvil, startAnvil } from '../adapters/chains/evm/anvil.ts';
import { deployTestToken, testTokenAbi } from '../adapters/chains/evm/deploy-test-token.ts';
import { testChainProvider } from '../adapters/chains/evm/provider.ts';
import { DemoError, type Narrator } from './narrator.ts';

export const CHAIN = 'eip155:31337';

/** Public, and anvil's default: its accounts play the world outside. */
const MNEMONIC = 'test test test test test test test test test test test junk';
const MINTED = 10n ** 15n;

const remembered = z.object({
  genesis: z.string(),
  token: z.string(),
  hotWalletKey: z.string(),
  runs: z.int().min(0),
});

/** What a second run goes on with. */
export type Remembered = z.output<typeof remembered>;

/** Everything outside the service: the node, the test USDT, and somebody with coins. */
export interface World {
  readonly rpcUrl: string;
  readonly memory: Remembered;
  readonly provider: JsonRpcProvider;
  send(to: string, wei: bigint): Promise<string>;
  sendUsdt(to: string, amount: bigint): Promise<string>;
  /** Of the chain itself, asked past the service. */
  balanceOf(address: string, currency: string): Promise<bigint>;
  /** Slower blocks, for when nobody waits for them any more. */
  relax(): Promise<void>;
  stop(): Promise<void>;
}

export async function openWorld(
  dataDir: string,
  blockSeconds: number,
  narrator: Narrator,
): Promise<World> {
  await mkdir(dataDir, { recursive: true });
  const anvil = await startAnvil({
    stateFile: join(dataDir, 'anvil.json'),
    blockTimeSeconds: blockSeconds,
    // Final is four below the head: after the credit, so that both can be seen.
    slotsInAnEpoch: 2,
  });
  narrator.line('anvil', `a local Ethereum, ${CHAIN}, at ${anvil.url}`);
  try {
    return await describe(anvil, dataDir, narrator);
  } catch (error) {
    await anvil.stop();
    throw error;
  }
}

async function describe(anvil: Anvil, dataDir: string, narrator: Narrator): Promise<World> {
  const provider = testChainProvider(anvil.url, CHAIN);
  const wallet = HDNodeWallet.fromPhrase(MNEMONIC).connect(provider);
  const rich = new NonceManager(wallet);
  const memory = await remember(dataDir, provider, async () => {
    const { address } = await deployTestToken(rich);
    narrator.line('contract deployed', `a test USDT at ${address}`);
    return address;
  });
  const token = new Contract(memory.token, testTokenAbi, rich);
  if (memory.runs > 1) narrator.line('found again', `the test USDT at ${memory.token}`);
  else await (await token.getFunction('mint').send(wallet.address, MINTED)).wait();
  return {
    ...{ rpcUrl: anvil.url, memory, provider },
    send: async (to, value) => (await rich.sendTransaction({ to, value })).hash,
    sendUsdt: async (to, amount) => (await token.getFunction('transfer').send(to, amount)).hash,
    balanceOf: async (address, currency) =>
      currency === 'ETH'
        ? await provider.getBalance(address)
        : await token.getFunction('balanceOf').staticCall(address),
    relax: async () => void (await provider.send('evm_setIntervalMining', [5])),
    stop: async () => {
      provider.destroy();
      await anvil.stop();
    },
  };
}

async function remember(
  dataDir: string,
  provider: JsonRpcProvider,
  deploy: () => Promise<string>,
): Promise<Remembered> {
  const file = join(dataDir, 'demo.json');
  const genesis = (await provider.getBlock(0))?.hash ?? '';
  const text = await readFile(file, 'utf8').catch(() => null);
  const before = text === null ? null : remembered.parse(JSON.parse(text));
  if (before && before.genesis !== genesis) {
    throw new DemoError(
      `The ledger in ${dataDir} was kept for another chain than the one that started now ` +
        `(its state was lost). Remove ${dataDir}, or begin elsewhere with --data-dir.`,
    );
  }
  const now = before ?? {
    genesis,
    token: await deploy(),
    hotWalletKey: `0x${randomBytes(32).toString('hex')}`,
    runs: 0,
  };
  const next = { ...now, runs: now.runs + 1 };
  await writeFile(file, JSON.stringify(next, null, 2), { mode: 0o600 });
  return next;
}
