import { EventStoreDbEventStore } from '../../../src/adapters/event-store/eventstoredb/store.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { eventStoreContract } from '../../event-store.contract.ts';
import { EventStoreDbDouble } from '../../support/eventstoredb-double/double.ts';

/** On the double, never the proof: that is `npm run test:eventstoredb` against a real server. */
eventStoreContract('EventStoreDB (on a double of it)', async () => {
  const double = await EventStoreDbDouble.start();
  const stores: EventStoreDbEventStore[] = [];
  const another = async () => {
    const store = await EventStoreDbEventStore.open({ url: double.url, system: realSystem });
    stores.push(store);
    return store;
  };
  const close = async () => {
    await Promise.all(stores.map((store) => store.close()));
    double.kill();
  };
  return { store: await another(), another, close };
});
