import type { EventStore, Position, RecordedEvent } from '../event-store.ts';

/** An event that the log holds, or must hold, never came: nothing may be built on what follows. */
export class LogHole extends Error {
  override readonly name = 'LogHole';
}

type Placed = Pick<RecordedEvent, 'revision' | 'position'> & {
  /** Becomes one text for all events of a stream, which keeps no other in memory. */
  stream: string;
};

interface Last {
  readonly stream: string;
  revision: number;
}

type Log = Pick<EventStore, 'readStream' | 'eventsBetween'>;

const STREAMS_REMEMBERED = 100_000;

/**
 * Sees to it that pages, one after the other, leave nothing out: there are as many events as the
 * positions tell, where a store's do, and each stream goes on with the revision after its last. Of
 * one that isn't remembered the log is asked for the event before, which must stand where memory
 * doesn't reach. What is remembered are two generations of streams.
 */
export class Continuity {
  readonly #store: Log;
  readonly #most: number;
  #at: Position;
  /** Of all that stands between here and `at`, the last revision of each stream is remembered. */
  #from: Position;
  /** Where the older generation ended. */
  #turned: Position;
  #young = new Map<string, Last>();
  #old = new Map<string, Last>();
  #hole: LogHole | undefined;

  constructor(store: Log, after: Position, most: number = STREAMS_REMEMBERED) {
    this.#store = store;
    this.#most = most;
    this.#at = after;
    this.#from = after;
    this.#turned = after;
  }

  /** The end of the last page. */
  get at(): Position {
    return this.#at;
  }

  /** Throws LogHole, and then again for whatever follows. */
  async follow(events: readonly Placed[], upTo: Position): Promise<void> {
    if (this.#hole) throw this.#hole;
    try {
      this.#count(events, upTo);
      const unknown = events.filter((event) => !this.#goesOn(event));
      await Promise.all(unknown.map((event) => this.#ask(event)));
    } catch (error) {
      if (error instanceof LogHole) this.#hole = error;
      throw error;
    }
    this.#at = upTo;
    if (this.#young.size <= this.#most) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#from = this.#turned;
    this.#turned = upTo;
  }

  #count(events: readonly Placed[], upTo: Position): void {
    const wanted = this.#store.eventsBetween?.(this.#at, upTo) ?? events.length;
    if (wanted === events.length) return;
    throw new LogHole(`${events.length} of ${wanted} came after '${this.#at}' up to '${upTo}'`);
  }

  /** False where memory can't tell. */
  #goesOn(event: Placed): boolean {
    const { stream, revision } = event;
    const last = this.#young.get(stream) ?? this.#recalled(stream);
    if (last === undefined) {
      // One of its own: a part of a longer text would keep all of that in memory.
      event.stream = Buffer.from(stream).toString();
      this.#young.set(event.stream, { stream: event.stream, revision });
      return revision === 0;
    }
    if (revision !== last.revision + 1) {
      const { position } = event;
      const was = last.revision;
      throw new LogHole(`${stream} goes on with ${revision} after ${was}, at '${position}'`);
    }
    last.revision = revision;
    event.stream = last.stream;
    return true;
  }

  #recalled(stream: string): Last | undefined {
    const last = this.#old.get(stream);
    if (last !== undefined) this.#young.set(last.stream, last);
    return last;
  }

  async #ask({ stream, revision, position }: Placed): Promise<void> {
    const options = { from: revision - 1, limit: 1 };
    for await (const before of this.#store.readStream(stream, options)) {
      if (before.position <= this.#from) return;
      throw new LogHole(`${stream} ${before.revision} at '${before.position}' never came`);
    }
    throw new LogHole(`${stream} has ${revision} at '${position}', and none before it`);
  }
}
