import { expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { startChecks } from '../../src/projections/checks.ts';
import { rebuild } from '../../src/projections/rebuild.ts';
import { readStatuses } from '../../src/projections/status.ts';
import { eventually } from '../support/house.ts';
import { freshDatabase } from '../support/postgres.ts';
import { notes } from './notes/projection.ts';
import { PlainLog } from './plain-log.ts';

it('P3 finds in the background a row that is not what the log says, and that it was mended', async () => {
  const database = await freshDatabase();
  const { pool } = database;
  const store = new MemoryEventStore();
  await new PlainLog(store).append(50);
  const ending = new AbortController();
  const { signal } = ending;
  const projection = notes();
  await rebuild(projection, { store, pool, system: realSystem, signal });
  await pool.query(`update notes_v1.notes set last = last + 1 where stream = 'wallet-1'`);
  const alarms: string[] = [];
  const checks = startChecks([projection], {
    ...{ store, pool, system: realSystem, signal, everyMs: 30 },
    onError: (name, error) => alarms.push(`${name}: ${error}`),
  });
  await eventually('it is found', async () => checks.different().includes('notes'));
  expect(alarms[0]).toMatch(/^notes: Error: differs from a rebuild at/);
  const status = async () => (await readStatuses(pool, [projection], await store.head(), 0))[0];
  expect((await status())?.check?.isEqual).toBe(false);
  await pool.query(`update notes_v1.notes set last = last - 1 where stream = 'wallet-1'`);
  await eventually('it is mended', async () => checks.different().length === 0);
  expect((await status())?.check?.isEqual).toBe(true);
  ending.abort();
  await checks.ended;
  const { rows } = await pool.query(`select from projections.checkpoints where state = 'scratch'`);
  expect(rows).toEqual([]);
  await database.drop();
});
