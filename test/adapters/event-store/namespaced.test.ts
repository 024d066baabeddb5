import { expect, it } from 'vitest';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { ledgerIn } from '../../../src/adapters/event-store/namespaced.ts';
import { InvalidAppend, NO_STREAM } from '../../../src/event-store.ts';
import { eventStoreContract } from '../../event-store.contract.ts';
import { append, collect, newEvents } from './cases/given.ts';

/** Beside another ledger in the same log, which stays out of sight. */
eventStoreContract('a namespace in a log', async () => {
  const log = new MemoryEventStore();
  const store = ledgerIn(log, 'ours');
  await append(log, 'theirs/stream', NO_STREAM, newEvents(3));
  return { store, another: async () => store, close: () => store.close() };
});

/** And the one without a name. */
eventStoreContract('a log without a namespace beside others', async () => {
  const log = new MemoryEventStore();
  const store = ledgerIn(log, '');
  await append(log, 'theirs/stream', NO_STREAM, newEvents(3));
  return { store, another: async () => store, close: () => store.close() };
});

it('ledgers in one log see and write their own streams only, the nameless one too', async () => {
  const log = new MemoryEventStore();
  const ledgers = ['', 'one', 'other'].map((name) => ledgerIn(log, name));
  for (const ledger of ledgers) await append(ledger, 'policy-main', NO_STREAM, newEvents(2));
  for (const ledger of ledgers) {
    const all = await collect(ledger.readAll());
    expect(all.map(({ stream }) => stream)).toEqual(['policy-main', 'policy-main']);
    expect(await collect(ledger.readAll({ limit: 1 }))).toHaveLength(1);
  }
  const [nameless] = ledgers;
  const call = nameless && append(nameless, 'one/policy-main', 1, newEvents(1));
  await expect(call).rejects.toThrow(InvalidAppend);
});
