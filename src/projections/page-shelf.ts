import type { Position } from '../event-store.ts';
import type { LogPage } from './log-pages.ts';

interface Entry {
  /** Where it starts. */
  readonly after: Position;
  readonly page: Promise<LogPage>;
  /** Undefined until it was read. */
  read: LogPage | undefined;
}

/** Somebody who goes through the pages, and where the page starts that they asked for last. */
export interface Place {
  readonly at: Position;
}

/**
 * Pages that some reader has yet to read, and no others: what all have passed is let go at once, so
 * that it dies young. Who is far ahead of another on the same pages waits for them.
 */
export class PageShelf {
  readonly #most: number;
  /**
   * Few, and no Map: of one that is added to and deleted from for long, old tables that are garbage
   * already hold each newer one, and with it pages, until all of memory is collected.
   */
  #entries: readonly Entry[] = [];
  readonly #readers = new Set<Place>();
  #waiting: (() => void)[] = [];

  constructor(mostEvents: number) {
    this.#most = mostEvents;
  }

  join(reader: Place): void {
    this.#readers.add(reader);
  }

  leave(reader: Place): void {
    this.#readers.delete(reader);
    this.#tell();
  }

  get(after: Position): Promise<LogPage> | undefined {
    return this.#at(after)?.page;
  }

  #at(after: Position): Entry | undefined {
    return this.#entries.find((entry) => entry.after === after);
  }

  put(after: Position, page: Promise<LogPage>): Promise<LogPage> {
    const entry: Entry = { after, page, read: undefined };
    this.#entries = [...this.#entries, entry];
    const forget = () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
    page.then((read) => {
      entry.read = read;
      // The end of the log is no page: there will be more.
      if (read.upTo === after) forget();
    }, forget);
    return page;
  }

  /** A reader moved: resolves when there is room for a page that isn't there. */
  async roomFor({ at }: Place): Promise<void> {
    this.#tell();
    for (;;) {
      this.#tidy();
      if (this.#at(at) || !this.isFull) return;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get isFull(): boolean {
    return this.#events() >= this.#most;
  }

  /** Those who wait look again. */
  #tell(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #events(): number {
    let events = 0;
    for (const { read } of this.#entries) events += read?.events.length ?? 0;
    return events;
  }

  /** Keeps what can be reached from where a reader is, page after page. */
  #tidy(): void {
    const wanted = new Set<Entry>();
    for (const { at } of this.#readers) {
      let entry = this.#at(at);
      while (entry && !wanted.has(entry)) {
        wanted.add(entry);
        entry = entry.read && this.#at(entry.read.upTo);
      }
    }
    this.#entries = this.#entries.filter((entry) => !entry.read || wanted.has(entry));
  }
}
