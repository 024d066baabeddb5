import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realSystem } from '../adapters/system.ts';
import type { EventStore } from '../event-store.ts';
import { openSeparateLog } from '../open-log.ts';

/**
 * A server may hold somebody's ledger already, which the demo must neither read nor add to: it then
 * keeps its own beside it. What the first run in a data directory decides stays decided.
 */
export async function demoNamespace(dataDir: string, eventStore: string): Promise<string> {
  const file = join(dataDir, 'demo-namespace.txt');
  const before = await readFile(file, 'utf8').catch(() => null);
  if (before !== null) return before;
  const store = await openSeparateLog(eventStore, realSystem);
  const namespace = (await holdsLedger(store)) ? `demo-${realSystem.uuid().slice(0, 8)}` : '';
  await store.close();
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, namespace);
  return namespace;
}

/** Every ledger begins by publishing its policies. */
async function holdsLedger(store: EventStore): Promise<boolean> {
  for await (const _ of store.readStream('policy-main', { limit: 1 })) return true;
  return false;
}
