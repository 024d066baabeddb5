import type {
  EventStore,
  ReadAllOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../../src/event-store.ts';

/** A store whose log as a whole leaves out what `isHidden` says; a stream by itself doesn't. */
export function hiding(
  store: EventStore,
  isHidden: (event: RecordedEvent) => boolean,
): EventStore & { reads: number } {
  return {
    reads: 0,
    append: (parts) => store.append(parts),
    readStream: (stream, options) => store.readStream(stream, options),
    head: () => store.head(),
    close: () => store.close(),
    async *readAll({ limit = Number.POSITIVE_INFINITY, ...options }: ReadAllOptions = {}) {
      this.reads++;
      let left = limit;
      for await (const event of store.readAll(options)) {
        if (isHidden(event)) continue;
        if (left-- <= 0) return;
        yield event;
      }
    },
    async *subscribe(options: SubscribeOptions = {}) {
      for await (const delivery of store.subscribe(options)) {
        if (delivery.kind === 'event' && isHidden(delivery.event)) continue;
        yield delivery;
      }
    },
  };
}
