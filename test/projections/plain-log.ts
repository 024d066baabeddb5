import { deterministicId } from '../../src/domain/ids.ts';
import { type EventStore, NO_STREAM, type RecordedEvent } from '../../src/event-store.ts';
import { seeded } from '../support/seeded.ts';

const METADATA =
  '{"actor":{"id":"test","kind":"system"},"causationId":"c","commandId":"c","correlationId":"c",' +
  '"schemaVersion":1,"time":"2026-11-21T10:00:00.000Z"}';

/** Appends events that say nothing but their number, to some streams in turn by chance. */
export class PlainLog {
  readonly #store: EventStore;
  readonly #random: () => number;
  readonly #streams: number;
  readonly #revisions = new Map<string, number>();
  #count = 0;

  constructor(store: EventStore, { seed = 1, streams = 5 } = {}) {
    this.#store = store;
    this.#random = seeded(seed);
    this.#streams = streams;
  }

  async append(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const stream = `wallet-${Math.floor(this.#random() * this.#streams)}`;
      const expectedRevision = this.#revisions.get(stream) ?? NO_STREAM;
      const number = ++this.#count;
      const id = deterministicId('plain', stream, `${number}`);
      const data = `{"nonce":${number}}`;
      const events = [{ id, type: 'NonceAllocated', data, metadata: METADATA }];
      const [outcome] = await this.#store.append([{ stream, expectedRevision, events }]);
      if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome');
      this.#revisions.set(stream, expectedRevision + 1);
    }
  }
}

export async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}
