import type { DomainEvent, EventMetadata } from '../domain/events.ts';
import { readEvent, readMetadata, readParsed, readTime } from '../domain/read-event.ts';
import type { EventColumns, Position, RecordedEvent } from '../event-store.ts';
import type { ProjectedEvent } from './projection.ts';

/** An event as it was recorded, its data as JSON text or parsed already. */
interface Source extends Omit<RecordedEvent, 'data'> {
  readonly data: unknown;
  readonly isParsed: boolean;
}

/** Decoded when it is first looked at, once for all projections that see it. */
export class LogEvent implements ProjectedEvent {
  readonly #recorded: Source;
  #event: DomainEvent | undefined;
  #parsedMetadata: EventMetadata | undefined;

  private constructor(recorded: Source) {
    this.#recorded = recorded;
  }

  static of(recorded: RecordedEvent): LogEvent {
    const { id, type, data, metadata, stream, revision, position } = recorded;
    return new LogEvent({ id, type, data, metadata, stream, revision, position, isParsed: false });
  }

  static ofColumns(columns: EventColumns): LogEvent[] {
    const parsed = JSON.parse(columns.data) as unknown[];
    return columns.ids.map(
      (id, index) =>
        new LogEvent({
          id,
          type: columns.types[index] ?? '',
          data: parsed[index],
          metadata: columns.metadata[index] ?? '',
          stream: columns.streams[index] ?? '',
          revision: columns.revisions[index] ?? 0,
          position: columns.positions[index] ?? '',
          isParsed: true,
        }),
    );
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
    this.#event ??= this.#read();
    return this.#event;
  }

  #read(): DomainEvent {
    const { type, data, metadata, isParsed } = this.#recorded;
    return isParsed
      ? readParsed(type, data, metadata)
      : readEvent({ type, data: data as string, metadata });
  }

  get time(): string {
    return readTime(this.#recorded.metadata);
  }

  get metadata(): EventMetadata {
    this.#parsedMetadata ??= readMetadata(this.#recorded.metadata);
    return this.#parsedMetadata;
  }
}
