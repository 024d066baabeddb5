import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { reflecting } from '../../src/projections/reading.ts';
import { rebuild } from '../../src/projections/rebuild.ts';
import { freshDatabase } from '../support/postgres.ts';
import { stakes } from './example/apply.ts';
import { eventsOf } from './plain-log.ts';
import { appendSampleLog } from './rows-from.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('P6 the worked example of ARCHITECTURE.md is built over all history, as it stands there', async () => {
  const page = read('../../ARCHITECTURE.md');
  for (const file of ['tables.sql', 'apply.ts']) {
    expect(page, file).toContain(read(`./example/${file}`).trim());
  }
  const database = await freshDatabase();
  const { pool } = database;
  const store = new MemoryEventStore();
  await appendSampleLog(store);
  const signal = new AbortController().signal;
  await rebuild(stakes, { store, pool, system: realSystem, signal });
  const reading = { pool, system: realSystem, waitForMs: 0 };
  const { position, value } = await reflecting(reading, stakes, {}, async (client) => {
    return (await client.query('select game, bets, staked::text from stakes')).rows;
  });
  const bets = (await eventsOf(store)).filter(({ type }) => type === 'BetDebited');
  const [bet] = bets.map(({ data }) => JSON.parse(data));
  expect(value).toEqual([{ game: bet.game, bets: bets.length, staked: bet.amount }]);
  expect(position).toBe(await store.head());
  await database.drop();
});
