import { randomUUID } from 'node:crypto';
import { ledgerIn } from '../../src/adapters/event-store/namespaced.ts';
import { createBookkeeping } from '../../src/adapters/postgres/bookkeeping.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { type EventStore, NO_STREAM } from '../../src/event-store.ts';
import { openEngine } from '../../src/open-engine.ts';
import { type BenchOptions, type BenchResult, merged } from '../bench.ts';
import { type Call, duel } from '../measure.ts';
import { format } from '../report.ts';
import type { Server } from '../servers.ts';
import { Answers } from './answers.ts';
import { bet } from './bets.ts';
import { checkLog } from './check-log.ts';
import { duelFigures, eachOnce, paceOf } from './crowds.ts';
import { exampleLog } from './example-log.ts';
import { houseOn } from './house.ts';
import { seedStore } from './seeding.ts';

const ACCOUNTS = 10_000;

/**
 * The engine on another store, beside that store's own single appends with as many in flight. Each
 * run is a ledger of its own there, so that it may hold earlier ones.
 */
export async function runOnStore(
  shared: EventStore,
  server: Server,
  options: BenchOptions,
): Promise<BenchResult> {
  const url = await server.database('bookkeeping');
  const pool = openPool(url, { max: 10, applicationName: 'bench' });
  await createBookkeeping(pool);
  const store = ledgerIn(shared, `bench-${randomUUID()}`);
  await seedStore(store, ACCOUNTS);
  const { engine, close } = await openEngine({
    ...{ store, pool, system: realSystem, isBesideLog: false },
    onError: (part, error) => options.say(`${part}: ${error}`),
  });
  const house = houseOn(store, engine);
  const answers = new Answers();
  await eachOnce(ACCOUNTS, (account) => bet(house, answers, account));
  const results: BenchResult[] = [];
  for (const callers of [64, 256]) {
    for (const accounts of [ACCOUNTS, 1]) {
      const account = () => 1 + Math.floor(Math.random() * accounts);
      const where = accounts === 1 ? 'one account' : `${format(accounts)} accounts`;
      const name = `other store: ${where}, ${callers} callers, against single appends`;
      options.say(name);
      const result = await duel({
        ...{ ...paceOf(options), callers },
        ours: () => bet(house, answers, account()),
        baseline: await singleAppends(shared),
      });
      const gate = accounts === 1 ? 3 : 0.8;
      results.push({
        ratios: [{ name, value: result.ratio, gate, aim: null, bound: 'at least' }],
        figures: duelFigures('On another store', name, result, 'single appends'),
        checks: [],
      });
    }
  }
  const checks = await checkLog(house, answers, 'account-');
  await close();
  await pool.end();
  await server.drop(url);
  return merged([...results, { ratios: [], figures: [], checks }]);
}

/** Bets as bare events, each to the next place of a stream of its caller's own. */
async function singleAppends(store: EventStore): Promise<Call> {
  const { type, data, metadata } = (await exampleLog()).bet;
  const run = randomUUID();
  const revisions: number[] = [];
  return async (caller) => {
    const expectedRevision = revisions[caller] ?? NO_STREAM;
    const events = [{ id: randomUUID(), type, data, metadata }];
    const stream = `bare-${run}-${caller}`;
    const [outcome] = await store.append([{ stream, expectedRevision, events }]);
    if (!outcome?.ok) throw outcome?.error ?? new Error('the store gave no outcome');
    revisions[caller] = outcome.revision;
  };
}
