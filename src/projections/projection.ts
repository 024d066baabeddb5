import type { PoolClient } from 'pg';
import type { DomainEvent, EventMetadata, EventType } from '../domain/events.ts';
import type { Filter, Position } from '../event-store.ts';

/** An event as a projection sees it: in the newest shape, with its place in the log. */
export interface ProjectedEvent {
  /** Throws UndecodableEvent where this version of the code can't read it. */
  readonly event: DomainEvent;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  /** When it was decided: ISO 8601, UTC, milliseconds. Cheaper than all of the metadata. */
  readonly time: string;
  readonly metadata: EventMetadata;
}

/** One read model, a pure function of the log. A change of its rows is a new version. */
export interface Projection {
  readonly name: string;
  readonly version: number;
  readonly types: readonly EventType[];
  /** SQL that creates its tables, run with the read model's schema as the search path. */
  readonly tables: URL;
  /** Its tables, for the digest. */
  readonly tableNames: readonly string[];
  /**
   * Whose rows an event changes: order is kept for each key, and a key is what is parked when an
   * event can't be applied. Null when it is none of this model's business: the fold passes over
   * it too, because keys are asked for only while something is parked.
   */
  keyOf(projected: ProjectedEvent): string | null;
  /**
   * `whole`: its rows depend on the order of all events (a running balance), so nothing can be left
   * out: an event that can't be applied stops it until that is mended. Default: order by key.
   */
  readonly order?: 'by key' | 'whole';
  /** With nothing in memory yet. */
  open(): Fold;
}

/**
 * The rows of a read model in memory, ahead of its tables. All statements run with the read model's
 * schema as the search path.
 */
export interface Fold {
  /** Brings what these events need and isn't in memory: one statement for each table. */
  load(batch: readonly ProjectedEvent[], client: PoolClient): Promise<void>;
  /** In memory only. Throws when the event can't be applied: the fold is then thrown away. */
  apply(projected: ProjectedEvent): void;
  /** Writes what changed since the last flush, and lets go of what is above its bound. */
  flush(client: PoolClient): Promise<void>;
  /** Rows that are in memory only until they are written. */
  readonly pending: number;
}

/** The Postgres schema that holds one version of a read model. */
export const schemaOf = ({ name, version }: Projection): string => `${name}_v${version}`;

export const filterOf = ({ types }: Projection): Filter => ({ types });

export const actorOf = ({ actor }: EventMetadata): string => `${actor.kind} ${actor.id}`;

/** What a timeline shows: all that the event said, but never bytes that could be sent. */
export function shownData(event: DomainEvent): Record<string, unknown> {
  if (event.type !== 'PayoutSigned') return { ...event.data };
  const { raw: _, ...shown } = event.data;
  return shown;
}
