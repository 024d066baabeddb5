import { randomUUID } from 'node:crypto';
import type {
  AppendOutcome,
  Delivery,
  EventStore,
  NewEvent,
  RecordedEvent,
} from '../../../../src/event-store.ts';

/** A stream that no other test has. */
export const freshStream = (prefix = 'stream') => `${prefix}-${randomUUID()}`;

export const newEvent = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'SomethingHappened',
  data: '{"amount":"1"}',
  metadata: '{}',
  ...over,
});

export const newEvents = (count: number, over: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => newEvent(over));

/** One part; its outcome. */
export async function append(
  store: EventStore,
  stream: string,
  expectedRevision: number,
  events: readonly NewEvent[],
): Promise<AppendOutcome> {
  const [outcome] = await store.append([{ stream, expectedRevision, events }]);
  if (outcome === undefined) throw new Error('an append without an outcome');
  return outcome;
}

/** One part that must be written; the position of its last event. */
export async function appended(
  store: EventStore,
  stream: string,
  expectedRevision: number,
  events: readonly NewEvent[],
): Promise<string> {
  const outcome = await append(store, stream, expectedRevision, events);
  if (!outcome.ok) throw outcome.error;
  if (outcome.repeated) throw new Error('these events were in the log already');
  return outcome.position;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

export const streamIds = async (store: EventStore, stream: string) =>
  idsOf(await collect(store.readStream(stream)));

/** The events of a subscription until so many have come. */
export async function take(
  deliveries: AsyncIterable<Delivery>,
  count: number,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const delivery of deliveries) {
    if (delivery.kind === 'event') events.push(delivery.event);
    if (events.length === count) break;
  }
  return events;
}
