import { setMaxListeners } from 'node:events';
import {
  type Delivery,
  type Filter,
  type Position,
  type RecordedEvent,
  START,
  type SubscribeOptions,
} from '../../event-store.ts';
import type { Bell } from './bell.ts';

export interface Page {
  readonly events: readonly RecordedEvent[];
  /** Nothing that matches stands between the last of the events and here. */
  readonly upTo: Position;
  /** The end of the log was reached. */
  readonly isLast: boolean;
}

/** A log that is read in pages and says when it has grown. */
export interface PagedLog {
  readonly bell: Bell;
  /** Aborts when the store closes. */
  readonly closing: AbortSignal;
  /** Undefined when the signal aborted before the page was there. */
  page(after: Position, filter: Filter | undefined, signal: AbortSignal): Promise<Page | undefined>;
}

/**
 * A subscription: pages to the end, then waits for the bell. Catching up and living are one path,
 * and nothing is buffered: a consumer that is slow only reads later.
 */
export async function* follow(
  log: PagedLog,
  { after = START, filter, signal }: SubscribeOptions,
): AsyncGenerator<Delivery, void, void> {
  const ending = endOfEither(signal, log.closing);
  try {
    for (let at = after; !ending.signal.aborted; ) {
      const page = await log.page(at, filter, ending.signal);
      if (page === undefined) return;
      for (const event of page.events) {
        if (ending.signal.aborted) return;
        yield { kind: 'event', event };
      }
      if (ending.signal.aborted) return;
      at = page.upTo;
      yield { kind: 'checkpoint', position: at, caughtUp: page.isLast };
      if (page.isLast) await log.bell.beyond(at, ending.signal);
    }
  } finally {
    ending.release();
  }
}

/** Not AbortSignal.any: under a source that lives long, what it makes is never collected. */
function endOfEither(one: AbortSignal | undefined, other: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  // Many subscriptions under one signal are no leak: each takes its listener away when it ends.
  setMaxListeners(0, controller.signal, other, ...(one ? [one] : []));
  if (one?.aborted || other.aborted) abort();
  one?.addEventListener('abort', abort, { once: true });
  other.addEventListener('abort', abort, { once: true });
  const release = () => {
    one?.removeEventListener('abort', abort);
    other.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, release };
}
