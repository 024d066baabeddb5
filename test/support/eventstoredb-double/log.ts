/** What the double keeps: streams and `$all`, with the server's own rules of append. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly stream: string;
  readonly revision: number;
  /** Bytes from the beginning of the log. */
  readonly position: number;
}

export type Proposed = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** `any` is -2, no stream is -1, as the server has it. */
export interface Proposal {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly Proposed[];
}

export type Result =
  | { readonly kind: 'success'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong'; readonly current: number };

const ANY = -2;
const HEADER_BYTES = 87;
/** Every so many events the server writes one of its own. */
const SYSTEM_EVERY = 50;

export class DoubleLog {
  readonly all: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #listeners = new Set<(event: StoredEvent) => void>();
  #bytes = 0;

  stream(name: string): readonly StoredEvent[] {
    return this.#streams.get(name) ?? [];
  }

  onAppended(listener: (event: StoredEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append({ stream, expected, events }: Proposal): Result {
    const stored = this.stream(stream);
    const current = stored.length - 1;
    if (expected !== ANY && expected !== current) {
      const places = stored.slice(expected + 1, expected + 1 + events.length);
      const last = places.at(-1);
      const isRepeat =
        places.length === events.length && events.every(({ id }, at) => id === places[at]?.id);
      if (!isRepeat || last === undefined || expected > current) return { kind: 'wrong', current };
      return { kind: 'success', revision: last.revision, position: last.position };
    }
    let last: StoredEvent | undefined;
    for (const event of events) last = this.#write(stream, event);
    if (this.all.length % SYSTEM_EVERY === 0) this.#writeStatistics();
    return { kind: 'success', revision: last?.revision ?? current, position: last?.position ?? 0 };
  }

  #write(stream: string, event: Proposed): StoredEvent {
    const events = this.#streams.get(stream) ?? [];
    const stored = { ...event, stream, revision: events.length, position: this.#bytes };
    this.#bytes += HEADER_BYTES + event.data.length + event.metadata.length;
    events.push(stored);
    this.#streams.set(stream, events);
    this.all.push(stored);
    for (const listener of this.#listeners) listener(stored);
    return stored;
  }

  #writeStatistics(): void {
    this.#write('$stats-127.0.0.1:2113', {
      id: '5f0c9a3e-9d7b-4d53-8b8d-0d6f0a9f1e11',
      type: '$statsCollected',
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: new Uint8Array(),
    });
  }
}
