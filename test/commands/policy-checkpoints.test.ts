import { expect, test } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { runPolicy } from '../../src/commands/policies/runner.ts';
import type { Position, StreamAppend } from '../../src/event-store.ts';
import { eventually } from '../support/house.ts';

test('a policy notes its place after each thing done, and else only now and then', async () => {
  const store = new MemoryEventStore();
  const stopping = new AbortController();
  let now = 0;
  let revision = -1;
  const saved: Position[] = [];
  const done: string[] = [];
  const run = runPolicy(
    {
      ...{ name: 'of interest', filter: { types: ['Mine'] } },
      handle: async ({ position }) => void done.push(position),
    },
    {
      store,
      system: { ...realSystem, now: () => now },
      checkpoints: { load: async () => '', save: async (_, position) => void saved.push(position) },
      signal: stopping.signal,
      onError: (_, error) => expect.unreachable(String(error)),
    },
  );
  const comes = async (type: string) => {
    const event = { id: realSystem.uuid(), type, data: '{}', metadata: '{}' };
    const append: StreamAppend = { stream: 's', expectedRevision: revision++, events: [event] };
    await store.append([append]);
    const head = await store.head();
    await eventually('the policy there', async () => run.health().position === head);
    return head;
  };
  for (let count = 0; count < 5; count++) await comes('Other');
  expect(saved).toEqual([]);
  now += 1_000;
  const afterAWhile = await comes('Other');
  expect(saved).toEqual([afterAWhile]);
  await comes('Other');
  const mine = await comes('Mine');
  await comes('Other');
  expect(done).toEqual([mine]);
  expect(saved).toEqual([afterAWhile, mine]);
  stopping.abort();
  await run.ended;
});
