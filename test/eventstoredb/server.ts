import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Limits } from '../../src/adapters/event-store/eventstoredb/limits.ts';
import { EventStoreDbEventStore } from '../../src/adapters/event-store/eventstoredb/store.ts';
import { realSystem } from '../../src/adapters/system.ts';

/** Of the server that was given; the configuration of the run makes sure that there is one. */
export const SERVER_URL = process.env.EVENT_STORE_TEST_URL ?? '';

const { EVENT_STORE_TEST_KILL: KILL, EVENT_STORE_TEST_START: START } = process.env;

/** Why cases that stop the server can't run; undefined when they can. */
export const cannotStop =
  KILL && START ? undefined : 'EVENT_STORE_TEST_KILL and EVENT_STORE_TEST_START are not given';

/** A certificate names its host, and a cluster its nodes: a gate would be neither. */
export const cannotGate = /^[a-z]+:\/\/[^,@]+[?&]tls=false/.test(SERVER_URL)
  ? undefined
  : ' (skipped: it can only stand before one host without TLS)';

export function openStore(
  url = SERVER_URL,
  limits: Partial<Limits> = {},
): Promise<EventStoreDbEventStore> {
  return EventStoreDbEventStore.open({ url, system: realSystem, limits });
}

export const killServer = () => run(KILL ?? '');
export const startServer = () => run(START ?? '');

/** Its pipes aren't ours: a server that it leaves behind would keep them open. */
async function run(command: string): Promise<void> {
  const child = spawn('sh', ['-c', command], { stdio: 'ignore', timeout: 120_000 });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`'${command}' ended with ${code}`);
}
