import { startEmbeddedPostgres } from '../../../src/adapters/postgres/embedded.ts';
import { spawnGuarded } from '../../../src/adapters/processes.ts';

/** A process of ours that starts something, tells its pid, and waits to be killed. */
const [what = '', directory = ''] = process.argv.slice(2);
const child =
  what === 'postgres'
    ? await startEmbeddedPostgres({ directory })
    : spawnGuarded('/bin/sleep', ['600'], { onOutput: () => {} });
process.send?.(child.pid);
setInterval(() => {}, 60_000);
