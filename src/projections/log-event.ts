import type { DomainEvent, EventMetadata } from '../domain/events.ts';
import { readEvent, readMetadata, readTime } from '../domain/read-event.ts';
import type { RecordedEvent } from '../event-store.ts';
import type { ProjectedEvent } from './projection.ts';

/** Decoded when it is first looked at, once for all projections that see it. */
export class LogEvent implements ProjectedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  /** As the log has it: maybe a type that this version of the code doesn't know. */
  readonly type: string;
  readonly #data: string;
  readonly #metadata: string;
  #event: DomainEvent | undefined;
  #parsedMetadata: EventMetadata | undefined;

  constructor({ id, type, data, metadata, stream, revision, position }: RecordedEvent) {
    this.id = id;
    this.stream = stream;
    this.revision = revision;
    this.position = position;
    this.type = type;
    this.#data = data;
    this.#metadata = metadata;
  }

  get event(): DomainEvent {
    this.#event ??= readEvent({ type: this.type, data: this.#data, metadata: this.#metadata });
    return this.#event;
  }

  get time(): string {
    return readTime(this.#metadata);
  }

  get metadata(): EventMetadata {
    this.#parsedMetadata ??= readMetadata(this.#metadata);
    return this.#parsedMetadata;
  }
}
