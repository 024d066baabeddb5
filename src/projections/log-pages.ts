import type { EventStore, Position } from '../event-store.ts';
import { Continuity, LogHole } from './continuity.ts';
import { LogEvent } from './log-event.ts';
import { LogTail } from './log-tail.ts';
import { PageReader } from './page-reader.ts';
import { PageShelf } from './page-shelf.ts';

/** A piece of the log without a hole, decoded once for all who read it. */
export interface LogPage {
  /** Exclusive. */
  readonly after: Position;
  /** Inclusive; `after` itself when the log ends there. */
  readonly upTo: Position;
  readonly events: readonly LogEvent[];
  /** The log ended here when it was read. */
  readonly isEnd: boolean;
}

export interface LogPagesOptions {
  readonly store: EventStore;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  readonly pageEvents?: number;
  /** How far the first of those who read the same pages may be ahead of the last, in events. */
  readonly keptEvents?: number;
}

const PAGE_EVENTS = 1_000;
const KEPT_EVENTS = 12_000;
/** Readers at different places: the end of the log, and rebuilds. */
const CHAINS = 8;

/** The log in pages, for all projections of a process: who is at the same place shares a page. */
export class LogPages {
  readonly #store: EventStore;
  readonly #signal: AbortSignal;
  readonly #pageEvents: number;
  readonly #shelf: PageShelf;
  /** The most recently used last. */
  readonly #chains: Continuity[] = [];
  #tail: LogTail | undefined;

  constructor({ store, signal, pageEvents, keptEvents }: LogPagesOptions) {
    this.#store = store;
    this.#signal = signal;
    this.#pageEvents = pageEvents ?? PAGE_EVENTS;
    this.#shelf = new PageShelf(keptEvents ?? KEPT_EVENTS);
  }

  /** For somebody who goes through the log. Closed when it doesn't go on, or others would wait. */
  open(): PageReader {
    return new PageReader(this, this.#shelf);
  }

  /** What follows a position, as far as a page goes. Throws LogHole. */
  read(after: Position): Promise<LogPage> {
    return this.#shelf.get(after) ?? this.#shelf.put(after, this.#readPage(after));
  }

  /** Waits until the log goes beyond a position. Undefined when a signal came first. */
  async grown(after: Position, signal: AbortSignal): Promise<LogPage | undefined> {
    const known = this.#shelf.get(after);
    if (known) return known;
    if (this.#tail && this.#tail.at > after) return this.read(after);
    if (this.#tail?.at !== after) {
      this.#tail?.close();
      this.#tail = new LogTail(this.#store, after, this.#signal);
    }
    return this.#next(this.#tail, signal);
  }

  async #next(tail: LogTail, signal: AbortSignal): Promise<LogPage | undefined> {
    const { at } = tail;
    try {
      const page = await tail.next(signal);
      if (page === undefined) return undefined;
      return await (this.#shelf.get(at) ?? this.#shelf.put(at, this.#checked(page)));
    } catch (error) {
      if (this.#tail === tail) this.#tail = undefined;
      tail.close();
      throw error;
    }
  }

  async #readPage(after: Position): Promise<LogPage> {
    const limit = this.#pageEvents;
    const events = await this.#events(after, limit);
    const upTo = events.at(-1)?.position ?? after;
    return this.#checked({ after, upTo, events, isEnd: events.length < limit });
  }

  async #events(after: Position, limit: number): Promise<LogEvent[]> {
    if (this.#store.readPage) return (await this.#store.readPage(after, limit)).map(LogEvent.of);
    const events: LogEvent[] = [];
    for await (const event of this.#store.readAll({ after, limit }))
      events.push(LogEvent.of(event));
    return events;
  }

  async #checked(page: LogPage): Promise<LogPage> {
    const chain = this.#chainAt(page.after);
    try {
      await chain.follow(page.events, page.upTo);
    } catch (error) {
      // What it remembers is half of a page's, unless it found a hole: then it stays, and says so.
      if (!(error instanceof LogHole)) this.#chains.splice(this.#chains.indexOf(chain), 1);
      throw error;
    }
    return page;
  }

  #chainAt(after: Position): Continuity {
    const index = this.#chains.findIndex(({ at }) => at === after);
    const [known] = index === -1 ? [] : this.#chains.splice(index, 1);
    const chain = known ?? new Continuity(this.#store, after);
    this.#chains.push(chain);
    if (this.#chains.length > CHAINS) this.#chains.shift();
    return chain;
  }
}
