import type { DomainEvent, EventMetadata } from '../domain/events.ts';
import { readEvent, readMetadata, readTime } from '../domain/read-event.ts';
import type { Position, RecordedEvent } from '../event-store.ts';
import type { ProjectedEvent } from './projection.ts';

/** Decoded when it is first looked at, once for all projections that see it. */
export class LogEvent implements ProjectedEvent {
  readonly #recorded: RecordedEvent;
  #event: DomainEvent | undefined;
  #parsedMetadata: EventMetadata | undefined;

  constructor(recorded: RecordedEvent) {
    this.#recorded = recorded;
  }

  get id(): string {
    return this.#recorded.id;
  }

  get stream(): string {
    return this.#recorded.stream;
  }

  get revision(): number {
    return this.#recorded.revision;
  }

  get position(): Position {
    return this.#recorded.position;
  }

  /** As the log has it: maybe a type that this version of the code doesn't know. */
  get type(): string {
    return this.#recorded.type;
  }

  get event(): DomainEvent {
    this.#event ??= readEvent(this.#recorded);
    return this.#event;
  }

  get time(): string {
    return readTime(this.#recorded.metadata);
  }

  get metadata(): EventMetadata {
    this.#parsedMetadata ??= readMetadata(this.#recorded.metadata);
    return this.#parsedMetadata;
  }
}
