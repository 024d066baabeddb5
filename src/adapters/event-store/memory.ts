import {
  type AppendOutcome,
  checkAppends,
  type Delivery,
  type EventStore,
  type Filter,
  matches,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  START,
  StoreUnavailable,
  type StreamAppend,
  type SubscribeOptions,
} from '../../event-store.ts';
import { Bell } from './bell.ts';
import { follow, type Page } from './follow.ts';
import { checkJson } from './json.ts';
import { formatPosition, parsePosition } from './positions.ts';
import { judge } from './rules.ts';

const PAGE_EVENTS = 500;

/** The reference: what the port means, in the fewest words. For specs and simulations. */
export class MemoryEventStore implements EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #bell = new Bell();
  readonly #closing = new AbortController();

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    checkAppends(appends);
    checkJson(appends);
    if (this.#closing.signal.aborted) {
      return appends.map(() => ({ ok: false, error: new StoreUnavailable('closed') }));
    }
    const outcomes = appends.map((part) => this.#appendPart(part));
    this.#bell.ring(this.#end());
    return outcomes;
  }

  async *readStream(
    stream: string,
    { from, direction = 'forwards', limit = Number.POSITIVE_INFINITY }: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent, void, void> {
    const events = this.#streams.get(stream) ?? [];
    const step = direction === 'forwards' ? 1 : -1;
    let revision = Math.min(from ?? (step === 1 ? 0 : events.length - 1), events.length);
    if (step === -1) revision = Math.min(revision, events.length - 1);
    for (let left = limit; left > 0; left--, revision += step) {
      const event = events[revision];
      if (event === undefined) return;
      yield event;
    }
  }

  async *readAll({
    after = START,
    filter,
    limit = Number.POSITIVE_INFINITY,
  }: ReadAllOptions = {}): AsyncGenerator<RecordedEvent, void, void> {
    let left = limit;
    for (let index = parsePosition(after); left > 0; index++) {
      const event = this.#log[index];
      if (event === undefined) return;
      if (!matches(filter, event)) continue;
      yield event;
      left--;
    }
  }

  subscribe(options: SubscribeOptions = {}): AsyncGenerator<Delivery, void, void> {
    const page = async (after: Position, filter: Filter | undefined) => this.#page(after, filter);
    return follow({ bell: this.#bell, closing: this.#closing.signal, page }, options);
  }

  async head(): Promise<Position> {
    return this.#end();
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  #appendPart(part: StreamAppend): AppendOutcome {
    const { stream, expectedRevision, events } = part;
    const stored = this.#streams.get(stream) ?? [];
    const places = stored.slice(expectedRevision + 1, expectedRevision + 1 + events.length);
    const verdict = judge(part, {
      current: stored.length - 1,
      ids: places.map(({ id }) => id),
      lastPosition: places.at(-1)?.position,
    });
    if (verdict) return verdict;
    for (const { id, type, data, metadata } of events) {
      const position = formatPosition(this.#log.length + 1);
      const event = { id, type, data, metadata, stream, revision: stored.length, position };
      stored.push(event);
      this.#log.push(event);
    }
    this.#streams.set(stream, stored);
    const positions = stored.slice(-events.length).map(({ position }) => position);
    return {
      ok: true,
      revision: stored.length - 1,
      position: this.#end(),
      positions,
      repeated: false,
    };
  }

  #page(after: Position, filter: Filter | undefined): Page {
    const from = parsePosition(after);
    const events = this.#log.slice(from, from + PAGE_EVENTS);
    const upTo = events.at(-1)?.position ?? after;
    const isLast = from + events.length >= this.#log.length;
    return { events: events.filter((event) => matches(filter, event)), upTo, isLast };
  }

  #end(): Position {
    return formatPosition(this.#log.length);
  }
}
