import type { Checkpoints } from '../bookkeeping.ts';
import { accountDecider } from '../domain/account/decide.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import { decodeEvent } from '../domain/events.ts';
import { ACCOUNT_STREAMS } from '../domain/ids.ts';
import type { EventStore } from '../event-store.ts';
import type { KeyClaim, KeyRegister } from '../keys.ts';
import type { System } from '../system.ts';

export interface KeysOfLog {
  readonly store: EventStore;
  readonly keys: KeyRegister;
  readonly checkpoints: Checkpoints;
  /** Events read so far: for people, when it takes long. */
  readonly onProgress?: (events: number) => void;
}

const CHECKPOINT = 'key register';
const CLAIMS_AT_ONCE = 1_000;
const NOTED_EVERY_MS = 60_000;

/**
 * Gives the register the keys of the log from where both were known to agree: of a log that is
 * older than its register, or was copied here, or when the register came back from a backup. Must
 * be done before anything is written: only then no key of the log is unknown.
 */
export async function registerKeys(parts: KeysOfLog): Promise<void> {
  const { store, keys, checkpoints, onProgress } = parts;
  const after = await checkpoints.load(CHECKPOINT);
  const head = await store.head();
  if (after >= head) return;
  let claims: KeyClaim[] = [];
  let events = 0;
  const flush = async () => {
    if (claims.length > 0) await keys.claim(claims);
    claims = [];
    onProgress?.(events);
  };
  const filter = { streamPrefixes: [ACCOUNT_STREAMS] };
  for await (const recorded of store.readAll({ after, filter })) {
    if (recorded.position > head) break;
    events++;
    const event = decodeEvent(recorded).event as AccountEvent;
    const keys = accountDecider.claims?.keysOf(event) ?? [];
    // One by one: what is in the log is so, whoever else may have a part of it.
    for (const key of keys) claims.push({ keys: [key], stream: recorded.stream });
    if (claims.length >= CLAIMS_AT_ONCE) await flush();
  }
  await flush();
  await checkpoints.save(CHECKPOINT, head);
}

/**
 * Notes now and then, and at the end, that the register reaches as far as the log: whatever is in
 * the log was claimed first. So a start has little to read again.
 */
export async function noteRegistered(
  { store, checkpoints }: KeysOfLog,
  system: System,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await system.sleep(NOTED_EVERY_MS, signal);
    await checkpoints.save(CHECKPOINT, await store.head());
  }
}
