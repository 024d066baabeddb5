import type { Delivery, EventStore, Position } from '../event-store.ts';
import { LogEvent } from './log-event.ts';
import type { LogPage } from './log-pages.ts';

/** The end of the log as it grows, pulled page by page by whoever has come to it. */
export class LogTail {
  readonly #deliveries: AsyncIterator<Delivery>;
  readonly #closing = new AbortController();
  readonly #detach: () => void;
  #at: Position;
  #pending: Promise<LogPage | undefined> | undefined;

  constructor(store: EventStore, after: Position, signal: AbortSignal) {
    const close = () => this.#closing.abort();
    if (signal.aborted) close();
    signal.addEventListener('abort', close, { once: true });
    this.#detach = () => signal.removeEventListener('abort', close);
    const subscribed = store.subscribe({ after, signal: this.#closing.signal });
    this.#deliveries = subscribed[Symbol.asyncIterator]();
    this.#at = after;
  }

  /** Where the next page starts. */
  get at(): Position {
    return this.#at;
  }

  /** The same page for all who wait now. Undefined when the signal came first, or the end. */
  async next(signal: AbortSignal): Promise<LogPage | undefined> {
    this.#pending ??= this.#pull().finally(() => {
      this.#pending = undefined;
    });
    // Its failure is for those who wait; the last of them may have left.
    this.#pending.catch(() => {});
    if (signal.aborted) return undefined;
    let leave: () => void = () => {};
    const left = new Promise<undefined>((resolve) => {
      leave = () => resolve(undefined);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([this.#pending, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  close(): void {
    this.#detach();
    this.#closing.abort();
  }

  async #pull(): Promise<LogPage | undefined> {
    const after = this.#at;
    const events: LogEvent[] = [];
    for (;;) {
      const { value, done } = await this.#deliveries.next();
      if (done) return undefined;
      if (value.kind === 'event') {
        events.push(LogEvent.of(value.event));
      } else if (value.position !== after || events.length > 0) {
        this.#at = value.position;
        return { after, upTo: value.position, events, isEnd: value.caughtUp };
      }
    }
  }
}
