import {
  type AppendOutcome,
  checkAppends,
  type Delivery,
  type EventStore,
  type Filter,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamAppend,
  type SubscribeOptions,
  WrongExpectedRevision,
} from '../../event-store.ts';

/** One ledger among others in one log: its streams have a prefix that nobody inside ever sees. */
export class NamespacedEventStore implements EventStore {
  readonly #store: EventStore;
  readonly #prefix: string;

  constructor(store: EventStore, namespace: string) {
    this.#store = store;
    this.#prefix = `${namespace}/`;
  }

  async append(appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    checkAppends(appends);
    const outcomes = await this.#store.append(
      appends.map((part) => ({ ...part, stream: this.#prefix + part.stream })),
    );
    return outcomes.map((outcome) => (outcome.ok ? outcome : this.#renamed(outcome)));
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
