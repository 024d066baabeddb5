import { expect, it } from 'vitest';
import { placesBefore } from '../../src/adapters/event-store/eventstoredb/placing.ts';
import { NO_STREAM } from '../../src/event-store.ts';
import { append, collect, freshStream, newEvents } from '../adapters/event-store/cases/given.ts';
import { openStore } from './server.ts';

it('this server writes its records so that the last position tells the others', async () => {
  const store = await openStore();
  try {
    for (const length of [1, 120, 150]) {
      const stream = freshStream('é'.repeat(length / 2));
      const events = newEvents(300).map((event, index) => ({
        ...event,
        type: 't'.repeat(1 + (index % 100)),
        data: JSON.stringify('ü'.repeat(index)),
      }));
      const outcome = await append(store, stream, NO_STREAM, events);
      if (!outcome.ok) throw outcome.error;
      const told = placesBefore(outcome.position, { stream, expectedRevision: NO_STREAM, events });
      const read = await collect(store.readStream(stream));
      expect(told).toEqual(read.map(({ position }) => position));
    }
  } finally {
    await store.close();
  }
});
