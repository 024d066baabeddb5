import db from '@eventstore/db-client';
import { realSystem } from '../../src/adapters/system.ts';
import type { EventStore, Position } from '../../src/event-store.ts';

/** About 200 bytes, as most events of the ledger have. */
export const payload = (index: number) => ({
  ...{ player: 'p-1001', currency: 'USDT', game: 'dice', round: `r-${index}` },
  ...{ amount: '2500000', transaction: `provider-transaction-${index}` },
  note: 'x'.repeat(60),
});
const TYPE = 'BenchEvent';

/** One way to a log. What is measured is from the values to the acknowledgement, and back. */
export interface Side {
  /** One append of so many events to the caller's own stream, at its next revision. */
  append(caller: number, events: number): Promise<void>;
  /** Reads so many events after the position. */
  replay(after: Position, events: number): Promise<void>;
  /** The same by a subscription. */
  follow(after: Position, events: number): Promise<void>;
  close(): Promise<void>;
}

/** Each caller's stream, and how far it is. */
class Streams {
  readonly #run = realSystem.uuid();
  readonly #revisions = new Map<number, number>();

  next(caller: number, events: number): { stream: string; expectedRevision: number } {
    const expectedRevision = this.#revisions.get(caller) ?? -1;
    this.#revisions.set(caller, expectedRevision + events);
    return { stream: `bench-${this.#run}-${caller}`, expectedRevision };
  }
}

export function storeSide(store: EventStore): Side {
  const streams = new Streams();
  const take = async (events: AsyncIterable<unknown>, count: number) => {
    let left = count;
    if (left > 0) for await (const _ of events) if (--left === 0) break;
  };
  return {
    async append(caller, count) {
      const events = Array.from({ length: count }, (_, index) => {
        const data = JSON.stringify(payload(index));
        return { id: realSystem.uuid(), type: TYPE, data, metadata: '{}' };
      });
      const [outcome] = await store.append([{ ...streams.next(caller, count), events }]);
      if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome');
    },
    replay: (after, count) => take(store.readAll({ after }), count),
    async follow(after, count) {
      let left = count;
      for await (const delivery of store.subscribe({ after })) {
        if (delivery.kind === 'event' && --left === 0) break;
      }
    },
    close: () => store.close(),
  };
}

/** The client as its manual shows it: batch appends, and nothing that guards anything. */
export function bareSide(url: string): Side {
  const client = db.EventStoreDBClient.connectionString(url);
  const streams = new Streams();
  const placeOf = (after: Position) => {
    const commit = BigInt(after.slice(0, 20) || '0');
    return after === '' ? db.START : { commit, prepare: commit };
  };
  return {
    async append(caller, count) {
      const events = Array.from({ length: count }, (_, index) =>
        db.jsonEvent({ type: TYPE, data: payload(index), metadata: {} }),
      );
      const { stream, expectedRevision } = streams.next(caller, count);
      await client.appendToStream(stream, events, {
        expectedRevision: expectedRevision < 0 ? db.NO_STREAM : BigInt(expectedRevision),
      });
    },
    async replay(after, count) {
      const events = client.readAll({ fromPosition: placeOf(after), maxCount: count });
      for await (const _ of events);
    },
    async follow(after, count) {
      const events = client.subscribeToAll({
        fromPosition: placeOf(after),
        filter: db.excludeSystemEvents({ checkpointInterval: 1_000 }),
      });
      let left = count;
      for await (const _ of events) if (--left === 0) break;
      await events.unsubscribe();
    },
    close: () => client.dispose(),
  };
}
