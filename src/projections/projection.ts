import type { PoolClient } from 'pg';
import {
  type DecodedEvent,
  type DomainEvent,
  decodeEvent,
  type EventMetadata,
  type EventType,
} from '../domain/events.ts';
import type { Filter, Position, RecordedEvent } from '../event-store.ts';

/** An event as a projection sees it: decoded, with its place in the log. */
export interface ProjectedEvent extends DecodedEvent {
  readonly id: string;
  readonly stream: string;
  readonly position: Position;
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
  /** Brings the rows up to date with a batch in log order, in the caller's transaction. */
  apply(batch: readonly ProjectedEvent[], client: PoolClient): Promise<void>;
}

/** The Postgres schema that holds one version of a read model. */
export const schemaOf = ({ name, version }: Projection): string => `${name}_v${version}`;

export const filterOf = ({ types }: Projection): Filter => ({ types });

export function toProjected(recorded: RecordedEvent): ProjectedEvent {
  const { id, stream, position } = recorded;
  return { ...decodeEvent(recorded), id, stream, position };
}

export const actorOf = ({ actor }: EventMetadata): string => `${actor.kind} ${actor.id}`;

/** What a timeline shows: all that the event said, but never bytes that could be sent. */
export function shownData(event: DomainEvent): Record<string, unknown> {
  if (event.type !== 'PayoutSigned') return { ...event.data };
  const { raw: _, ...shown } = event.data;
  return shown;
}
