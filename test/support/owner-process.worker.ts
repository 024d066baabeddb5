import { startAnvil } from '../../src/adapters/chains/evm/anvil.ts';
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts';
import { spawnGuarded } from '../../src/adapters/processes.ts';
import type { Owned } from './owner-process.ts';

/** A process of ours that starts something, tells what, and waits to be killed. */
const [what = '', path = ''] = process.argv.slice(2);

async function start(): Promise<{ pid: number; url?: string }> {
  if (what === 'postgres') return startEmbeddedPostgres({ directory: path });
  if (what === 'anvil') return startAnvil({ stateFile: path });
  return spawnGuarded('/bin/sleep', ['600'], { onOutput: () => {} });
}

void start().then(({ pid, url = '' }) => process.send?.({ pid, url } satisfies Owned));
setInterval(() => {}, 60_000);
