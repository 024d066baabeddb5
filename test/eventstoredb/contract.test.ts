import type { EventStore } from '../../src/event-store.ts';
import { eventStoreContract } from '../event-store.contract.ts';
import { openStore } from './server.ts';

/** Each log is a share in whatever log the server has already. */
eventStoreContract('EventStoreDB', async () => {
  const stores: EventStore[] = [];
  const another = async () => {
    const store = await openStore();
    stores.push(store);
    return store;
  };
  const close = async () => {
    await Promise.all(stores.map((store) => store.close()));
  };
  return { store: await another(), another, close };
});
