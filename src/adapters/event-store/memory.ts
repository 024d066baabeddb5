import {
  AlreadyClaimed,
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
import type { KeyClaim } from '../../keys.ts';
import { Bell } from './bell.ts';
import { follow, type Page } from './follow.ts';
import { checkJson } from './json.ts';
import { eventsBetween, formatPosition, parsePosition } from './positions.ts';
import { judge } from './rules.ts';

const PAGE_EVENTS = 500;

/** A register in memory, which answers at once. */
interface RegisterInMemory {
  isClaimed(key: string): boolean;
  claimNow(claims: readonly KeyClaim[]): unknown;
}

/** The reference: what the port means, in the fewest words. For specs and simulations. */
export class MemoryEventStore implements EventStore {
  readonly claimsKeys: boolean;
  readonly eventsBetween = eventsBetween;
  readonly #keys: RegisterInMemory | undefined;
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #bell = new Bell();
  readonly #closing = new AbortController();

  /** With a register: it claims the keys of what it writes. */
  constructor(keys?: RegisterInMemory) {
    this.#keys = keys;
    this.claimsKeys = keys !== undefined;
  }

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    checkAppends(appends);
    checkJson(appends);
    if (this.#closing.signal.aborted) {
      return appends.map(() => ({ ok: false, error: new StoreUnavailable('closed') }));
    }
    const verdicts = appends.map((part) => this.#judge(part));
    const written = appends.filter((_, index) => verdicts[index] === undefined);
    const isClaimed = written.some(({ keys = [] }) => this.#claimed(keys));
    const refused = { ok: false, error: new AlreadyClaimed('a key is claimed already') } as const;
    const outcomes = appends.map(
      (part, index) => verdicts[index] ?? (isClaimed ? refused : this.#write(part)),
    );
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

  #claimed(keys: readonly string[]): boolean {
    return keys.some((key) => this.#keys?.isClaimed(key));
  }

  #judge(part: StreamAppend): AppendOutcome | undefined {
    const { stream, expectedRevision, events } = part;
    const stored = this.#streams.get(stream) ?? [];
    const places = stored.slice(expectedRevision + 1, expectedRevision + 1 + events.length);
    return judge(part, {
      current: stored.length - 1,
      ids: places.map(({ id }) => id),
      lastPosition: places.at(-1)?.position,
    });
  }

  #write({ stream, events, keys }: StreamAppend): AppendOutcome {
    if (keys) this.#keys?.claimNow([{ keys, stream }]);
    const stored = this.#streams.get(stream) ?? [];
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
