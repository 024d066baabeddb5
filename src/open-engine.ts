import { getHeapStatistics } from 'node:v8';
import type { Pool } from 'pg';
import { postgresArchive } from './adapters/postgres/archive.ts';
import { postgresCheckpoints } from './adapters/postgres/bookkeeping.ts';
import { PostgresKeyRegister } from './adapters/postgres/key-register.ts';
import { Engine, type EngineLimits } from './commands/engine.ts';
import { noteRegistered, registerKeys } from './commands/register-keys.ts';
import type { EventStore } from './event-store.ts';
import type { System } from './system.ts';

export interface EngineSettings {
  readonly store: EventStore;
  /** Where snapshots and the key register are. */
  readonly pool: Pool;
  /** Whether the log is in that same server. */
  readonly isBesideLog: boolean;
  readonly system: System;
  readonly limits?: Partial<EngineLimits>;
  readonly onError: (part: string, error: unknown) => void;
}

/** Where keys are claimed ahead of the append: what comes during a claim shares the next one. */
const BATCHES_ELSEWHERE = 1;

/** In memory, with its key and with the room that its shelf has for more. */
const RECORD_BYTES = 150;
/** They stand beside the heap, and take as much as this part of what that may grow to. */
const SHARE_OF_RECORDS = 1 / 4;

/** Accounts in play that don't fit come back from the log each time, at a quarter of the speed. */
function recordsThatFit(): number {
  const { heap_size_limit: bytes } = getHeapStatistics();
  return Math.floor((bytes * SHARE_OF_RECORDS) / RECORD_BYTES);
}

export interface OpenEngine {
  readonly engine: Engine;
  /** Lets commands and snapshots finish. */
  close(): Promise<void>;
}

/** The engine with what it remembers in Postgres; every key of the log is registered first. */
export async function openEngine(settings: EngineSettings): Promise<OpenEngine> {
  const { store, pool, isBesideLog, system, onError } = settings;
  const keys = new PostgresKeyRegister({ pool, isBesideLog });
  const keysOfLog = { store, keys, checkpoints: postgresCheckpoints(pool) };
  await registerKeys(keysOfLog);
  const archive = postgresArchive(pool, system);
  const elsewhere = isBesideLog ? {} : { mostBatches: BATCHES_ELSEWHERE };
  const engine = new Engine(
    { store, keys, archive, system, onError: (error) => onError('engine', error) },
    { mostRecords: recordsThatFit(), ...elsewhere, ...settings.limits },
  );
  const closing = new AbortController();
  const noted = noteRegistered(keysOfLog, system, closing.signal).catch((error) =>
    onError('key register', error),
  );
  return {
    engine,
    async close() {
      await engine.drain();
      closing.abort();
      await noted;
      keys.close();
    },
  };
}
