import {
  type Filter,
  LogDiverged,
  matches,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  START,
} from '../../../event-store.ts';
import type { Page } from '../follow.ts';
import { renamed } from './errors.ts';
import type { Fetcher } from './fetching.ts';
import type { Limits } from './limits.ts';
import { bytesBetween, parsePosition } from './positions.ts';
import { readAllBackwards, readAllForwards, readStream, scanAll } from './read-requests.ts';
import { isBeyond, isSystemEvent, type ReadResponse } from './recorded.ts';

const PAGE_EVENTS = 500;
/** Whoever reads may break off soon: the first pages are small. */
const FIRST_PAGES = [32, 128];
const NO_POSITION = /ReadAllResult: (Error|InvalidPosition)/;
const BACKWARDS_EVENTS = [1, 32, PAGE_EVENTS];

/** The reading half of the log, in pages. */
export class LogReader {
  readonly #fetcher: Fetcher;
  readonly #onSeen: (position: Position) => void;
  readonly #nearBytes: number;

  constructor(fetcher: Fetcher, { nearBytes }: Limits, onSeen: (position: Position) => void) {
    this.#fetcher = fetcher;
    this.#nearBytes = nearBytes;
    this.#onSeen = onSeen;
  }

  /** The last event that is not the server's own. Backwards, a little further each time. */
  async head(): Promise<Position> {
    let before: Position | undefined;
    for (let round = 0; ; round++) {
      const count = BACKWARDS_EVENTS[round] ?? PAGE_EVENTS;
      const { events } = await this.#fetcher.fetch(readAllBackwards(before, count));
      const found = events.find((event) => !isSystemEvent(event));
      if (found) return found.position;
      const last = events.at(-1);
      if (last === undefined) return START;
      before = last.position;
    }
  }

  /**
   * A page after the position. `known` was the end of the log before the page is asked for, as far
   * as anybody had heard: what the server filters out on the way there is passed over for good.
   */
  async page(
    after: Position,
    filter: Filter | undefined,
    { known = START, limit = PAGE_EVENTS, signal }: PageOptions = {},
  ): Promise<Page> {
    parsePosition(after);
    const isFiltered = filter !== undefined && known !== START;
    const isFar = isFiltered && bytesBetween(after, known) > this.#nearBytes;
    // The event at the position itself is answered too, when it passes.
    const count = limit + (after === START ? 0 : 1);
    const fetching = isFar
      ? this.#scan(after, filter, known, limit, signal)
      : this.#fetcher.fetch(
          readAllForwards(after, count, isFiltered ? filter : undefined),
          given(signal),
        );
    const fetched = await fetching.catch((error) => {
      // Where no record begins. Waiting would not make it one.
      const isNone = after !== START && NO_POSITION.test(String(error));
      throw isNone ? new LogDiverged(`${after} is no position of this log`) : error;
    });
    const fresh = fetched.events.filter(({ position }) => position > after);
    const isLast = fetched.isComplete && (isFar || fetched.events.length < count);
    let upTo = fresh.at(-1)?.position ?? after;
    if (isLast && known > upTo) upTo = known;
    const own = fresh.filter((event) => !isSystemEvent(event));
    const last = own.at(-1);
    if (last) this.#onSeen(last.position);
    return { events: own.filter((event) => matches(filter, event)), upTo, isLast };
  }

  #scan(after: Position, filter: Filter, known: Position, limit: number, signal?: AbortSignal) {
    const ends = (response: ReadResponse, events: number) => {
      if (isBeyond(response, known)) return 'all';
      return events >= limit ? 'page' : undefined;
    };
    return this.#fetcher.fetch(scanAll(after, filter), { ends, ...given(signal) });
  }

  /** One page is on its way while the one before it is looked at, and never more than one. */
  async *all(options: ReadAllOptions): AsyncGenerator<RecordedEvent, void, void> {
    const { after = START, filter, limit = Number.POSITIVE_INFINITY } = options;
    const hasFilter = filter?.streamPrefixes?.length || filter?.types?.length;
    const known = hasFilter && limit > 0 ? await this.head().catch(renamed) : START;
    const brokenOff = new AbortController();
    const { signal } = brokenOff;
    const ask = (at: Position, left: number, round: number) => {
      const size = FIRST_PAGES[round] ?? PAGE_EVENTS;
      const most = hasFilter ? size : Math.min(left, size);
      const page = this.page(at, filter, { known, limit: most, signal }).catch(renamed);
      // Nobody may be there any more to hear that it failed.
      page.catch(() => {});
      return page;
    };
    let next = limit > 0 ? ask(after, limit, 0) : undefined;
    try {
      for (let left = limit, round = 1; next !== undefined; round++) {
        const page: Page = await next;
        const rest = left - page.events.length;
        const isMore = !page.isLast && rest > 0;
        // The first pages may be all that is wanted: what follows them is not asked for in advance.
        const isAhead = isMore && round > FIRST_PAGES.length;
        next = isAhead ? ask(page.upTo, rest, round) : undefined;
        for (const event of page.events) if (left-- > 0) yield event;
        if (isMore && !isAhead) next = ask(page.upTo, rest, round);
      }
    } finally {
      brokenOff.abort();
    }
  }

  async *stream(
    stream: string,
    options: ReadStreamOptions,
  ): AsyncGenerator<RecordedEvent, void, void> {
    const { direction = 'forwards', limit = Number.POSITIVE_INFINITY } = options;
    const isForwards = direction === 'forwards';
    let from = options.from;
    for (let left = limit, round = 0; left > 0; round++) {
      const count = Math.min(left, FIRST_PAGES[round] ?? PAGE_EVENTS);
      const request = readStream(stream, from, direction, count);
      const { events, isComplete } = await this.#fetcher.fetch(request).catch(renamed);
      for (const event of events) yield event;
      const last = events.at(-1);
      if (last === undefined || (isComplete && events.length < count)) return;
      this.#onSeen(last.position);
      left -= events.length;
      from = last.revision + (isForwards ? 1 : -1);
      if (from < 0) return;
    }
  }
}

export interface PageOptions {
  readonly known?: Position;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

const given = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
