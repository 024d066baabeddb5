import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../../src/adapters/memory/key-register.ts';
import { eventStoreContract } from '../../event-store.contract.ts';
import { claimingContract } from './cases/claims.ts';

eventStoreContract('memory', async () => {
  const store = new MemoryEventStore();
  return { store, another: async () => store, close: () => store.close() };
});

claimingContract('memory', async () => {
  const keys = new MemoryKeyRegister();
  return { store: new MemoryEventStore(keys), keys };
});
