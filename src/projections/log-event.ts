import { type DomainEvent, EVENTS, type EventMetadata } from '../domain/events.ts';
import { parseAll, readData, readEvent, readMetadata, readTime } from '../domain/read-event.ts';
import type { Position, RecordedEvent } from '../event-store.ts';
import type { ProjectedEvent } from './projection.ts';

/** Each name once in memory: what is read from a log is another text each time, slow to compare. */
const KNOWN_TYPES = new Map(Object.keys(EVENTS).map((type) => [type, type]));

/** As much text as is no large object yet, of which memory is dearer. */
const DECODED_AT_ONCE = 200;

/** Decoded when it is first looked at, once for all projections that see it. */
export class LogEvent implements ProjectedEvent {
  readonly #recorded: RecordedEvent;
  /** As the log has it: maybe one that this version of the code doesn't know. */
  readonly type: string;
  /** One text, whose hash is worked out once. */
  #stream: string | undefined;
  #event: DomainEvent | undefined;
  /** Who is decoded with it. */
  #group: readonly LogEvent[] | undefined;
  /** Parsed ahead. */
  #data: unknown;
  #metadata: EventMetadata | undefined;
  #time: string | undefined;

  private constructor(recorded: RecordedEvent) {
    this.#recorded = recorded;
    const { type } = recorded;
    this.type = KNOWN_TYPES.get(type) ?? type;
  }

  static of(recorded: RecordedEvent): LogEvent {
    return new LogEvent(recorded);
  }

  /**
   * Many of these are decoded at once, when the first of them is looked at: what that made is still
   * at hand then when the others are. What can't be decoded says so when it is looked at.
   */
  static group(events: readonly LogEvent[]): void {
    for (let from = 0; from < events.length; from += DECODED_AT_ONCE) {
      const some = events.slice(from, from + DECODED_AT_ONCE);
      for (const event of some) if (event.#event === undefined) event.#group = some;
    }
  }

  get id(): string {
    return this.#recorded.id;
  }

  get stream(): string {
    this.#stream ??= this.#recorded.stream;
    return this.#stream;
  }

  /** The same, as somebody keeps it anyway. */
  set stream(name: string) {
    this.#stream = name;
  }

  get revision(): number {
    return this.#recorded.revision;
  }

  get position(): Position {
    return this.#recorded.position;
  }

  get event(): DomainEvent {
    this.#event ??= this.#read();
    return this.#event;
  }

  #read(): DomainEvent {
    if (this.#data === undefined && this.#group) LogEvent.#parse(this.#group);
    const data = this.#data;
    if (data === undefined) return readEvent(this.#recorded);
    this.#data = undefined;
    return readData(this.type, data, this.#recorded.metadata);
  }

  static #parse(group: readonly LogEvent[]): void {
    const some = group.filter((of) => of.#event === undefined && of.#data === undefined);
    const parsed = parseAll(some.map((of) => of.#recorded.data));
    some.forEach((of, index) => {
      of.#data = parsed?.[index];
      of.#group = undefined;
    });
  }

  /** Empty where it is an event of others in the same log, which say no time. */
  get time(): string {
    // Read models keep it, and a part of a longer text would keep all of that in memory.
    this.#time ??= Buffer.from(readTime(this.#recorded.metadata) ?? '').toString();
    return this.#time;
  }

  get metadata(): EventMetadata {
    this.#metadata ??= readMetadata(this.#recorded.metadata);
    return this.#metadata;
  }
}
