import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { NamespacedEventStore } from '../../../src/adapters/event-store/namespaced.ts';
import { NO_STREAM } from '../../../src/event-store.ts';
import { eventStoreContract } from '../../event-store.contract.ts';
import { append, newEvents } from './cases/given.ts';

/** Beside another ledger in the same log, which stays out of sight. */
eventStoreContract('a namespace in a log', async () => {
  const log = new MemoryEventStore();
  const store = new NamespacedEventStore(log, 'ours');
  await append(log, 'theirs/stream', NO_STREAM, newEvents(3));
  return { store, another: async () => store, close: () => store.close() };
});
