import {
  type AppendOutcome,
  checkStream,
  type Delivery,
  type EventStore,
  type Filter,
  InvalidAppend,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamAppend,
  type SubscribeOptions,
  WrongExpectedRevision,
} from '../../event-store.ts';

const DIVIDER = '/';

/** The ledger of a namespace; of the empty one, what belongs to no namespace. */
export function ledgerIn(store: EventStore, namespace: string): EventStore {
  if (namespace === '') return new NamelessEventStore(store);
  return new NamespacedEventStore(store, namespace);
}

/** One ledger among others in one log: its streams have a prefix that nobody inside ever sees. */
export class NamespacedEventStore implements EventStore {
  readonly #store: EventStore;
  readonly #prefix: string;

  constructor(store: EventStore, namespace: string) {
    this.#store = store;
    this.#prefix = namespace + DIVIDER;
  }

  get appendsApart(): boolean {
    return this.#store.appendsApart ?? false;
  }

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    // The rest is looked at inside.
    for (const { stream } of appends) checkStream(stream);
    const outcomes = await this.#store.append(
      appends.map((part) => ({ ...part, stream: this.#prefix + part.stream })),
    );
    return outcomes.map((outcome) => (outcome.ok ? outcome : this.#renamed(outcome)));
  }

  prepare(part: StreamAppend): void {
    this.#store.prepare?.({ ...part, stream: this.#prefix + part.stream });
  }

  async positionsOf(part: StreamAppend, last: Position): Promise<readonly Position[] | undefined> {
    return this.#store.positionsOf?.({ ...part, stream: this.#prefix + part.stream }, last);
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.#stripped(this.#store.readStream(this.#prefix + stream, options));
  }

  readAll({ filter, ...options }: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return this.#stripped(this.#store.readAll({ ...options, filter: this.#within(filter) }));
  }

  async *subscribe({ filter, ...options }: SubscribeOptions = {}): AsyncGenerator<Delivery> {
    const within = { ...options, filter: this.#within(filter) };
    for await (const delivery of this.#store.subscribe(within)) {
      if (delivery.kind === 'checkpoint') yield delivery;
      else yield { kind: 'event', event: this.#strip(delivery.event) };
    }
  }

  /** Of the whole log: whoever has read up to there has all that is ours. */
  head(): Promise<Position> {
    return this.#store.head();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #within({ streamPrefixes = [], types = [] }: Filter = {}): Filter {
    const prefixes = streamPrefixes.length === 0 ? [''] : streamPrefixes;
    return { streamPrefixes: prefixes.map((prefix) => this.#prefix + prefix), types };
  }

  #renamed(outcome: AppendOutcome & { ok: false }): AppendOutcome {
    const { error } = outcome;
    if (!(error instanceof WrongExpectedRevision)) return outcome;
    const stream = error.stream.slice(this.#prefix.length);
    return { ok: false, error: new WrongExpectedRevision(stream, error.expected, error.actual) };
  }

  async *#stripped(events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
    for await (const event of events) yield this.#strip(event);
  }

  #strip(event: RecordedEvent): RecordedEvent {
    return { ...event, stream: event.stream.slice(this.#prefix.length) };
  }
}

/**
 * The ledger without a name: streams with a slash are other ledgers', which it neither reads nor
 * writes.
 */
export class NamelessEventStore implements EventStore {
  readonly #store: EventStore;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Not so in a namespace: the register has the names of streams as they are inside. */
  get claimsKeys(): boolean {
    return this.#store.claimsKeys ?? false;
  }

  get appendsApart(): boolean {
    return this.#store.appendsApart ?? false;
  }

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    const foreign = appends.find(({ stream }) => !isNameless(stream));
    if (foreign) throw new InvalidAppend(`stream ${foreign.stream} is of a namespace`);
    return this.#store.append(appends);
  }

  prepare(part: StreamAppend): void {
    this.#store.prepare?.(part);
  }

  async positionsOf(part: StreamAppend, last: Position): Promise<readonly Position[] | undefined> {
    return this.#store.positionsOf?.(part, last);
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.#store.readStream(stream, options);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent, void, void> {
    const { limit = Number.POSITIVE_INFINITY, ...rest } = options;
    let left = limit;
    if (left <= 0) return;
    for await (const event of this.#store.readAll(rest)) {
      if (!isNameless(event.stream)) continue;
      yield event;
      if (--left === 0) return;
    }
  }

  async *subscribe(options?: SubscribeOptions): AsyncGenerator<Delivery, void, void> {
    for await (const delivery of this.#store.subscribe(options)) {
      if (delivery.kind === 'checkpoint' || isNameless(delivery.event.stream)) yield delivery;
    }
  }

  head(): Promise<Position> {
    return this.#store.head();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

const isNameless = (stream: string) => !stream.includes(DIVIDER);
