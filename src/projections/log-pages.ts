import type { EventStore, Position } from '../event-store.ts';
import { Continuity } from './continuity.ts';
import { LogEvent } from './log-event.ts';
import { LogTail } from './log-tail.ts';

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
  /** Of pages that were read before, for others at the same place. */
  readonly keptEvents?: number;
}

const PAGE_EVENTS = 2_000;
const KEPT_EVENTS = 20_000;
/** Readers at different places: the end of the log, and rebuilds. */
const CHAINS = 8;

/** The log in pages, for all projections of a process: who is at the same place shares a page. */
export class LogPages {
  readonly #store: EventStore;
  readonly #signal: AbortSignal;
  readonly #pageEvents: number;
  readonly #keptEvents: number;
  /** By where they start, the oldest first. */
  readonly #pages = new Map<Position, { readonly page: Promise<LogPage>; events: number }>();
  /** The most recently used last. */
  readonly #chains: Continuity[] = [];
  #kept = 0;
  #tail: LogTail | undefined;

  constructor({ store, signal, pageEvents, keptEvents }: LogPagesOptions) {
    this.#store = store;
    this.#signal = signal;
    this.#pageEvents = pageEvents ?? PAGE_EVENTS;
    this.#keptEvents = keptEvents ?? KEPT_EVENTS;
  }

  /** What follows a position, as far as a page goes. Throws LogHole. */
  read(after: Position): Promise<LogPage> {
    return this.#pages.get(after)?.page ?? this.#keep(after, this.#readPage(after));
  }

  /** So that it is there when it is asked for. */
  prefetch(after: Position): void {
    // Whoever reads it hears what went wrong.
    this.read(after).catch(() => {});
  }

  /** Waits until the log goes beyond a position. Undefined when a signal came first. */
  async grown(after: Position, signal: AbortSignal): Promise<LogPage | undefined> {
    const known = this.#pages.get(after);
    if (known) return known.page;
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
      return await (this.#pages.get(at)?.page ?? this.#keep(at, this.#checked(page)));
    } catch (error) {
      if (this.#tail === tail) this.#tail = undefined;
      tail.close();
      throw error;
    }
  }

  async #readPage(after: Position): Promise<LogPage> {
    const events: LogEvent[] = [];
    const limit = this.#pageEvents;
    for await (const recorded of this.#store.readAll({ after, limit })) {
      events.push(new LogEvent(recorded));
    }
    const upTo = events.at(-1)?.position ?? after;
    return this.#checked({ after, upTo, events, isEnd: events.length < limit });
  }

  async #checked(page: LogPage): Promise<LogPage> {
    const chain = this.#chainAt(page.after);
    try {
      await chain.follow(page.events, page.upTo);
    } catch (error) {
      // What it remembers is half of a page's, unless it found a hole: then it stays, and says so.
      if ((error as Error).name !== 'LogHole') this.#chains.splice(this.#chains.indexOf(chain), 1);
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

  #keep(after: Position, page: Promise<LogPage>): Promise<LogPage> {
    const entry = { page, events: 0 };
    this.#pages.set(after, entry);
    page.then(
      ({ events, upTo }) => {
        // The end of the log is no page: there will be more.
        if (upTo === after) this.#forget(after, entry);
        entry.events = events.length;
        this.#kept += events.length;
        this.#makeRoom(after);
      },
      () => this.#forget(after, entry),
    );
    return page;
  }

  #makeRoom(newest: Position): void {
    for (const [after, entry] of this.#pages) {
      if (this.#kept <= this.#keptEvents || after === newest) return;
      if (entry.events > 0) this.#forget(after, entry);
    }
  }

  #forget(after: Position, entry: { events: number }): void {
    if (this.#pages.get(after) === entry) this.#pages.delete(after);
    this.#kept -= entry.events;
    entry.events = 0;
  }
}
