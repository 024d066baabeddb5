import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import type { RecordedEvent } from '../../src/event-store.ts';
import { digestAt } from '../../src/projections/digest.ts';
import { listParked } from '../../src/projections/parked-list.ts';
import type { Projection } from '../../src/projections/projection.ts';
import { compareWithReplay } from '../../src/projections/replay.ts';
import { retryParked } from '../../src/projections/retry-parked.ts';
import { type ProjectionRun, runProjection } from '../../src/projections/runner.ts';
import { eventually } from '../support/house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { notes } from './notes/projection.ts';
import { eventsOf, PlainLog } from './plain-log.ts';

let database: FreshDatabase;
let store: MemoryEventStore;
let log: PlainLog;
let ending: AbortController;
const runs: ProjectionRun[] = [];
let errors: string[];

beforeEach(async () => {
  database = await freshDatabase();
  store = new MemoryEventStore();
  log = new PlainLog(store);
  ending = new AbortController();
  errors = [];
  await log.append(40);
});

afterEach(async () => {
  await end();
  await database.drop();
});

async function end() {
  ending.abort();
  await Promise.all(runs.splice(0).map(({ ended }) => ended));
  ending = new AbortController();
}

function run(projection: Projection): ProjectionRun {
  const shell = { store, pool: database.pool, system: realSystem, signal: ending.signal };
  const onError = (name: string, error: unknown) => errors.push(`${name}: ${error}`);
  const started = runProjection(projection, { ...shell, onError });
  runs.push(started);
  return started;
}

const atTheEnd = (started: ProjectionRun) =>
  eventually('it is at the end', async () => started.health().position === (await store.head()));

const of = async (stream: string) => (await eventsOf(store)).filter((e) => e.stream === stream);

const sameAs = (event: RecordedEvent | undefined) => (projected: { readonly position: string }) =>
  projected.position === event?.position;

const parked = () => listParked(database.pool, ['notes_v1']);

describe('an event that cannot be applied', () => {
  it.each(['throwsOn', 'refusedOn'] as const)(
    'P4 parks its key in order while others go on, and is retried (%s)',
    async (fails) => {
      const mine = await of('wallet-1');
      const isPoison = sameAs(mine[2]);
      let isMended = false;
      const projection = notes({ [fails]: (e: RecordedEvent) => !isMended && isPoison(e) });
      const running = run(projection);
      await atTheEnd(running);
      expect(running.health()).toMatchObject({ parkedKeys: 1, error: null, isStopped: false });
      const [waiting, ...others] = await parked();
      expect(others).toEqual([]);
      expect(waiting).toMatchObject({ key: 'wallet-1', events: mine.length - 2, attempts: 1 });
      expect(waiting?.position).toBe(mine[2]?.position);
      expect(waiting?.error).toMatch(fails === 'throwsOn' ? /can't take wallet-1 2/ : /check/);
      // Later ones wait too, and what fails again stays as it is.
      await log.append(20);
      await atTheEnd(running);
      const options = { store, pool: database.pool };
      expect(await retryParked(projection, options)).toMatchObject([{ events: 0 }]);
      const all = await of('wallet-1');
      expect((await parked())[0]).toMatchObject({ events: all.length - 2, attempts: 2 });
      isMended = true;
      const retried = await retryParked(projection, { ...options, key: 'wallet-1' });
      expect(retried).toEqual([{ key: 'wallet-1', events: all.length - 2, error: null }]);
      expect(await parked()).toEqual([]);
      // What its runner has in memory is old now: the key goes on where the retry left it.
      await log.append(20);
      await atTheEnd(running);
      await eventually('nothing is parked', async () => running.health().parkedKeys === 0);
      const found = await compareWithReplay(projection, { ...options, system: realSystem });
      expect(found).toMatchObject({ equal: true, position: await store.head() });
      expect(errors).toEqual([]);
    },
  );

  it('P4 stops what fails on everything, says so, and goes on when that is mended', async () => {
    store = new MemoryEventStore();
    await new PlainLog(store, { streams: 200 }).append(200);
    let isMended = false;
    const projection = notes({ throwsOn: () => !isMended });
    const running = run(projection);
    await running.ended;
    expect(running.health()).toMatchObject({ isStopped: true, caughtUp: false });
    expect(running.health().error).toMatch(/could apply none of 21 events/);
    expect(errors).toHaveLength(1);
    await end();
    isMended = true;
    await atTheEnd(run(projection));
    await retryParked(projection, { store, pool: database.pool });
    const { digest } = await digestAt(database.pool, projection, 'notes_v1');
    const found = await compareWithReplay(projection, {
      ...{ store, pool: database.pool, system: realSystem },
    });
    expect(found).toMatchObject({ equal: true, live: digest });
  });

  it('P4 holds up a read model whose rows depend on the order of all, and nothing is parked', async () => {
    const [first] = await of('wallet-1');
    let isMended = false;
    const projection = notes({
      order: 'whole',
      throwsOn: (e) => !isMended && e.position === first?.position,
    });
    const running = run(projection);
    await eventually('it says so', async () => running.health().error);
    expect(running.health().error).toMatch(/can't take wallet-1 0/);
    expect(await parked()).toEqual([]);
    isMended = true;
    await atTheEnd(running);
    expect(running.health().error).toBeNull();
  });
});
