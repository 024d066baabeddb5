import {
  type AppendOutcome,
  type Delivery,
  type EventStore,
  OutcomeUnknown,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  StoreUnavailable,
  type StreamAppend,
  type SubscribeOptions,
} from '../../src/event-store.ts';

/**
 * - `unknown-written`: appended, and the answer is lost.
 * - `unknown-lost`: not appended, and nobody can tell.
 * - `unavailable`: not appended, and that is known.
 */
export type Fault = 'none' | 'unknown-written' | 'unknown-lost' | 'unavailable';

/** A store that fails appends as it is told to, on top of one that doesn't. */
export class FaultyStore implements EventStore {
  /** One for each append to come, in order; then all is well. */
  readonly faults: Fault[] = [];
  /** How often append was called. */
  appends = 0;
  /** Before each append that is let through: another writer's chance. */
  beforeAppend: () => Promise<void> = async () => {};
  readonly appendsApart: boolean;
  readonly #inner: EventStore;

  constructor(inner: EventStore, appendsApart = false) {
    this.#inner = inner;
    this.appendsApart = appendsApart;
  }

  get claimsKeys(): boolean {
    return this.#inner.claimsKeys ?? false;
  }

  async append(parts: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    this.appends++;
    const failed = (error: OutcomeUnknown | StoreUnavailable) =>
      parts.map((): AppendOutcome => ({ ok: false, error }));
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'unavailable') return failed(new StoreUnavailable('in a test'));
    if (fault === 'unknown-lost') return failed(new OutcomeUnknown('in a test'));
    await this.beforeAppend();
    const outcomes = await this.#inner.append(parts);
    return fault === 'none' ? outcomes : failed(new OutcomeUnknown('in a test'));
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.#inner.readStream(stream, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.#inner.readAll(options);
  }

  subscribe(options?: SubscribeOptions): AsyncIterable<Delivery> {
    return this.#inner.subscribe(options);
  }

  head(): Promise<string> {
    return this.#inner.head();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
