import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { eventStoreContract } from '../../event-store.contract.ts';

eventStoreContract('memory', async () => {
  const store = new MemoryEventStore();
  return { store, another: async () => store, close: () => store.close() };
});
