import type { Pool } from 'pg';
import { ledgerIn } from './adapters/event-store/namespaced.ts';
import { PostgresEventStore } from './adapters/event-store/postgres/store.ts';
import { KEYS_TABLE } from './adapters/postgres/key-register.ts';
import type { EventStore } from './event-store.ts';
import type { System } from './system.ts';

export interface LogSettings {
  /** `postgres`: in the database beside the read models. Else a connection string. */
  readonly eventStore?: string;
  /** Where several ledgers share one log: which of them. */
  readonly eventStoreNamespace?: string;
}

/** The one place that knows which store keeps the log. */
export async function openLog(
  { eventStore = 'postgres', eventStoreNamespace: namespace = '' }: LogSettings,
  pool: Pool | null,
  system: System,
): Promise<EventStore> {
  const isBeside = isBesideReadModels(eventStore);
  if (isBeside && pool === null) throw new TypeError('a log in Postgres needs its database');
  if (!isBeside || !pool) return ledgerIn(await openSeparateLog(eventStore, system), namespace);
  const store = await PostgresEventStore.open({ pool, system, keysTable: KEYS_TABLE });
  // A database has the read models of one ledger, so that its log has no other ledger's events.
  return namespace === '' ? store : ledgerIn(store, namespace);
}

/** Loaded here, because it brings what nobody needs whose log is in Postgres. */
export async function openSeparateLog(url: string, system: System): Promise<EventStore> {
  const { EventStoreDbEventStore } = await import('./adapters/event-store/eventstoredb/store.ts');
  return EventStoreDbEventStore.open({ url, system });
}

export function isBesideReadModels(eventStore = 'postgres'): boolean {
  return eventStore === 'postgres';
}
