import type { Position } from '../event-store.ts';
import type { LogPage, LogPages } from './log-pages.ts';
import type { PageShelf } from './page-shelf.ts';

/** Goes through the log; others who are at the same place read the same pages. */
export class PageReader {
  readonly #pages: LogPages;
  readonly #shelf: PageShelf;
  #at: Position = '';

  constructor(pages: LogPages, shelf: PageShelf) {
    this.#pages = pages;
    this.#shelf = shelf;
  }

  /** Where the page starts that it asked for last. */
  get at(): Position {
    return this.#at;
  }

  /** What follows a position, as far as a page goes. Throws LogHole. */
  async read(after: Position): Promise<LogPage> {
    await this.#move(after);
    return this.#pages.read(after);
  }

  /**
   * So that it is there when it is asked for, and the log never waits for who reads it. Not while
   * others are far behind: what is there already is not waited for.
   */
  prefetch(after: Position): void {
    if (this.#shelf.isFull) return;
    // Whoever reads it hears what went wrong.
    this.#pages.read(after).catch(() => {});
  }

  /** Waits until the log goes beyond a position. Undefined when a signal came first. */
  async grown(after: Position, signal: AbortSignal): Promise<LogPage | undefined> {
    await this.#move(after);
    return this.#pages.grown(after, signal);
  }

  close(): void {
    this.#shelf.leave(this);
  }

  async #move(to: Position): Promise<void> {
    this.#shelf.join(this);
    this.#at = to;
    await this.#shelf.roomFor(this);
  }
}
