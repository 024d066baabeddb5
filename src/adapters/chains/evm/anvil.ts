import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type GuardedProcess, spawnGuarded } from '../../processes.ts';
import { anvilBinary } from './anvil-binary.ts';
import { genesisSecond, prepareStateFile } from './anvil-state.ts';
import { EvmRpc } from './rpc.ts';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const OUTPUT_KEPT = 2_000;

/**
 * Past states kept in the file. By default 2,000 blocks made a file of 300 MB that took 3 s to
 * write, every second. Deeper reorgs and balances further back fail.
 */
const STATES_IN_FILE = 32;
/** anvil's own bound. Said aloud, because else older ones pile up in the home directory. */
const STATES_IN_MEMORY = 500;

export interface AnvilOptions {
  /** Another free one is taken when it is not free. Default: any. */
  readonly port?: number;
  /** The chain is kept here between runs, with its last 32 states. Default: in memory only. */
  readonly stateFile?: string;
  /** Default: a block for each transaction. 0: only when told to (`anvil_mine`). */
  readonly blockTimeSeconds?: number;
  /** Final is the head less two of these; anvil's default is 32. */
  readonly slotsInAnEpoch?: number;
  /** Default 31337. */
  readonly chainId?: number;
  /** What anvil prints, with the keys of its test accounts, which are public anyway. */
  readonly log?: (text: string) => void;
}

export interface Anvil {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when anvil has written its state and is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a private EVM chain on 127.0.0.1 with ten funded accounts of the well-known test mnemonic.
 * With a state file the same chain, the same genesis, is there again next time: all of it after
 * stop() or our own death (the guard asks anvil to stop), all but about the last second after a
 * kill -9 of anvil itself. Its pool of unmined transactions is never kept.
 * Throws Error when anvil is missing, exits, or doesn't answer in time.
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const binary = anvilBinary();
  const port = await freePort(options.port);
  if (options.stateFile !== undefined) {
    mkdirSync(dirname(options.stateFile), { recursive: true });
    const found = prepareStateFile(options.stateFile);
    if (found === 'restored' || found === 'lost') {
      options.log?.(`the chain's state was torn: ${found}. See ${options.stateFile}.torn\n`);
    }
  }
  let output = '';
  const child = spawnGuarded(binary, commandLine(port, options), {
    stopSignal: 'SIGTERM',
    onOutput: (text) => {
      output = (output + text).slice(-OUTPUT_KEPT);
      options.log?.(text);
    },
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilAnswering(url, child);
  } catch (error) {
    await child.stop();
    throw new Error(`anvil did not start: ${output.trim()}`, { cause: error });
  }
  return { url, port, pid: child.pid, stop: () => child.stop() };
}

function commandLine(port: number, options: AnvilOptions): string[] {
  const line = ['--host', '127.0.0.1', '--port', `${port}`];
  if (options.log === undefined) line.push('--quiet');
  if (options.chainId !== undefined) line.push('--chain-id', `${options.chainId}`);
  if (options.slotsInAnEpoch !== undefined) {
    line.push('--slots-in-an-epoch', `${options.slotsInAnEpoch}`);
  }
  if (options.blockTimeSeconds === 0) line.push('--no-mining');
  else if (options.blockTimeSeconds !== undefined) {
    line.push('--block-time', `${options.blockTimeSeconds}`);
  }
  if (options.stateFile !== undefined) {
    line.push('--state', options.stateFile, '--state-interval', '1');
    line.push('--timestamp', `${genesisSecond(options.stateFile, Date.now())}`);
    // Without it a reorg across the restart fails: "Required data unavailable".
    line.push('--preserve-historical-states');
  }
  const states = options.stateFile === undefined ? STATES_IN_MEMORY : STATES_IN_FILE;
  line.push('--prune-history', `${states}`);
  return line;
}

async function untilAnswering(url: string, child: GuardedProcess): Promise<void> {
  let exit: number | null | undefined;
  void child.exited.then((code) => {
    exit = code;
  });
  const rpc = new EvmRpc({ url, timeoutMs: 1_000 });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (exit !== undefined) throw new Error(`it exited with ${exit}`);
    try {
      await rpc.call('eth_chainId', []);
      return;
    } catch {
      await sleep(POLL_MS);
    }
  }
  throw new Error(`no answer within ${START_TIMEOUT_MS} ms`);
}
