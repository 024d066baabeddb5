import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PostgresEventStore } from '../../../src/adapters/event-store/postgres/store.ts';
import { startEmbeddedPostgres } from '../../../src/adapters/postgres/embedded.ts';
import { openPool } from '../../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../../src/adapters/system.ts';
import type { RecordedEvent } from '../../../src/event-store.ts';
import { expectNothingLostOrDoubled, newTally, writeUntil } from './writers.ts';

/*
 * Goal: what was acknowledged survives a crash of Postgres. Method: a Postgres of this test's own
 * is killed under load, in two ways, and started again on the same data and port; the stores, their
 * writers and a subscriber are not told.
 */
it('an immediate restart of Postgres under load loses no acknowledged event', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-restart-'));
  await chmod(directory, 0o711);
  let postgres = await startEmbeddedPostgres({ directory });
  const { port, url } = postgres;
  const pools = Array.from({ length: 3 }, () => openPool(url, { max: 5, applicationName: 'r' }));
  const stores = await Promise.all(
    pools.map((pool) => PostgresEventStore.open({ pool, system: realSystem })),
  );
  const abort = new AbortController();
  const seen: RecordedEvent[] = [];
  const following = (async () => {
    for await (const delivery of stores[0]?.subscribe({ signal: abort.signal }) ?? []) {
      if (delivery.kind === 'event') seen.push(delivery.event);
    }
  })();
  const tally = newTally();
  let isOver = false;
  const writing = stores.flatMap((store) =>
    Array.from({ length: 4 }, () => writeUntil(store, () => isOver, tally)),
  );
  for (const signal of ['SIGQUIT', 'SIGKILL', 'SIGQUIT', 'SIGKILL'] as const) {
    const before = tally.acknowledged.length;
    await until(() => tally.acknowledged.length > before + 200);
    process.kill(postgres.pid, signal);
    await postgres.stop();
    postgres = await startEmbeddedPostgres({ directory, port });
    expect(postgres.port).toBe(port);
  }
  const before = tally.acknowledged.length;
  await until(() => tally.acknowledged.length > before + 200);
  isOver = true;
  await Promise.all(writing);
  if (stores[0]) await expectNothingLostOrDoubled(stores[0], tally);
  await until(() => seen.length >= tally.acknowledged.length);
  expect(seen.map(({ position }) => Number(position))).toEqual(seen.map((_, index) => index + 1));
  console.log(`4 crashes of Postgres under ${seen.length} events`, {
    ...tally,
    acknowledged: undefined,
  });
  abort.abort();
  await following;
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await realSystem.sleep(10);
  }
}
