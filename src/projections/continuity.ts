import type { EventStore, Position, RecordedEvent } from '../event-store.ts';

/** An event that the log holds, or must hold, never came: nothing may be built on what follows. */
export class LogHole extends Error {
  override readonly name = 'LogHole';
}

type Placed = Pick<RecordedEvent, 'revision' | 'position'> & {
  /** Becomes one text for all events of a stream, which keeps no other in memory. */
  stream: string;
};

/** The last revision of each stream: lists side by side, since an object of each is far away. */
class Lasts {
  readonly #places = new Map<string, number>();
  readonly #streams: string[] = [];
  readonly #revisions: number[] = [];

  get size(): number {
    return this.#streams.length;
  }

  placeOf(stream: string): number | undefined {
    return this.#places.get(stream);
  }

  stream(place: number): string {
    return this.#streams[place] ?? '';
  }

  revision(place: number): number {
    return this.#revisions[place] ?? Number.NaN;
  }

  goOn(place: number, revision: number): void {
    this.#revisions[place] = revision;
  }

  /** A name of its own: a part of a longer text would keep all of that in memory. */
  add(stream: string, revision: number): void {
    this.#places.set(stream, this.#streams.length);
    this.#streams.push(stream);
    this.#revisions.push(revision);
  }
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
  #young = new Lasts();
  #old = new Lasts();
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
    this.#young = new Lasts();
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
    const place = this.#young.placeOf(stream) ?? this.#recalled(stream);
    if (place === undefined) {
      event.stream = Buffer.from(stream).toString();
      this.#young.add(event.stream, revision);
      return revision === 0;
    }
    const last = this.#young.revision(place);
    if (revision !== last + 1) {
      const { position } = event;
      throw new LogHole(`${stream} goes on with ${revision} after ${last}, at '${position}'`);
    }
    this.#young.goOn(place, revision);
    event.stream = this.#young.stream(place);
    return true;
  }

  #recalled(stream: string): number | undefined {
    const old = this.#old.placeOf(stream);
    if (old === undefined) return undefined;
    this.#young.add(this.#old.stream(old), this.#old.revision(old));
    return this.#young.placeOf(stream);
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
