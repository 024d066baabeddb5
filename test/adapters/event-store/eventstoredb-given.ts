import type { Limits } from '../../../src/adapters/event-store/eventstoredb/limits.ts';
import { EventStoreDbEventStore } from '../../../src/adapters/event-store/eventstoredb/store.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import { EventStoreDbDouble } from '../../support/eventstoredb-double/double.ts';

/** Short enough for tests; everything else is as in production. */
export const SHORT: Limits = {
  connectMs: 500,
  answerMs: 300,
  readMs: 400,
  patienceMs: 1_200,
  pollMs: 40,
  // So small that what is far away is seen in tests too.
  nearBytes: 20_000,
};

export interface Stage {
  readonly double: EventStoreDbDouble;
  readonly store: EventStoreDbEventStore;
  open(url?: string, limits?: Partial<Limits>): Promise<EventStoreDbEventStore>;
  close(): Promise<void>;
}

/** A double and a store on it; whatever is opened is closed with it. */
export async function openStage(limits: Partial<Limits> = {}): Promise<Stage> {
  const double = await EventStoreDbDouble.start();
  const stores: EventStoreDbEventStore[] = [];
  const open = async (url = double.url, more: Partial<Limits> = {}) => {
    const all = { ...SHORT, ...limits, ...more };
    const store = await EventStoreDbEventStore.open({ url, system: realSystem, limits: all });
    stores.push(store);
    return store;
  };
  const close = async () => {
    await Promise.all(stores.map((store) => store.close()));
    double.kill();
  };
  return { double, store: await open(), open, close };
}

/** The promise's value, or 'hangs' after the time. */
export async function settles<T>(promise: Promise<T>, ms: number): Promise<T | 'hangs'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
