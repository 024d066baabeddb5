import { beforeAll, describe, expect, it } from 'vitest';
import { createSqlLedger, SqlLedger } from '../../bench/baselines/sql-ledger.ts';
import { Answers, placeOf } from '../../bench/engine/answers.ts';
import { bet, FIRST_BALANCE, playerOf } from '../../bench/engine/bets.ts';
import { LogAuditor } from '../../bench/engine/check-log.ts';
import { checkSqlLedger } from '../../bench/engine/check-sql.ts';
import { houseOn, openPostgresHouse } from '../../bench/engine/house.ts';
import { seedHistory, seedPostgres, seedStore } from '../../bench/engine/seeding.ts';
import { query } from '../../bench/servers.ts';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../src/adapters/memory/key-register.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { Engine } from '../../src/commands/engine.ts';
import type { EventStore, RecordedEvent } from '../../src/event-store.ts';
import { freshDatabase } from '../support/postgres.ts';

/**
 * Goal: a benchmark that lost or made money says so. Method: a small log that the engine wrote, and
 * one that was seeded, are found good; then each fault is planted into what the checker reads.
 */
const ACCOUNTS = 3;
const answers = new Answers();
let log: RecordedEvent[] = [];

async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}

function detailOf(events: readonly RecordedEvent[], given = answers): string {
  const auditor = new LogAuditor(given);
  for (const event of events) auditor.take(event);
  const { ok, detail } = auditor.check('log');
  return ok ? 'good' : detail;
}

beforeAll(async () => {
  const store = new MemoryEventStore();
  await seedStore(store, ACCOUNTS);
  const engine = new Engine({ store, system: realSystem, keys: new MemoryKeyRegister() });
  const house = houseOn(store, engine);
  for (let count = 0; count < 12; count++) await bet(house, answers, 1 + (count % ACCOUNTS));
  log = await eventsOf(store);
});

const changed = (index: number, change: Partial<RecordedEvent>) =>
  log.map((event, at) => (at === index ? { ...event, ...change } : event));

/** As they would be if the log had never held more: positions and revisions fit again. */
function renumbered(events: readonly RecordedEvent[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  return events.map((event, index) => {
    const revision = (revisions.get(event.stream) ?? -1) + 1;
    revisions.set(event.stream, revision);
    return { ...event, revision, position: String(index + 1).padStart(16, '0') };
  });
}

const ofBet = (index: number) => log.findIndex(({ type }) => type === 'BetDebited') + index;

describe('the check of a log', () => {
  it('finds nothing in what the engine wrote', () => {
    expect(detailOf(log)).toBe('good');
  });

  it('finds a gap in the positions', () => {
    expect(detailOf(changed(4, { position: '0000000000000099' }))).toContain('after');
  });

  it('finds a gap in the revisions of a stream', () => {
    expect(detailOf(changed(ofBet(2), { revision: 77 }))).toContain('has 77 after');
  });

  it('finds an acknowledged bet that is not there', () => {
    expect(detailOf(log.slice(0, -1))).toContain('1 acknowledged bets are not in the log');
  });

  it('finds a bet that is there twice', () => {
    const twice = [...log, ...log.slice(-1)];
    expect(detailOf(renumbered(twice))).toContain('t11 stands twice');
  });

  it('finds an answer with another balance, place or account', () => {
    const other = (place: number, balance: number, account: number) => {
      const wrong = new Answers();
      wrong.add(wrong.next(), account, place, balance);
      return detailOf(log, wrong);
    };
    const place = placeOf(log[ofBet(0)]?.position ?? '');
    expect(other(place, FIRST_BALANCE - 1, 1)).toBe('good');
    expect(other(place, FIRST_BALANCE, 1)).toContain('t0 was answered with');
    expect(other(place + 1, FIRST_BALANCE - 1, 1)).toContain('t0 was answered with');
    expect(other(place, FIRST_BALANCE - 1, 2)).toContain('t0 was answered with');
  });

  it('finds money that was made, and a balance below zero', () => {
    const data = log[ofBet(0)]?.data.replace('"amount":"1"', '"amount":"2000000000"') ?? '';
    expect(detailOf(changed(ofBet(0), { data }))).toContain('fell to -1000000000');
    expect(detailOf(changed(ofBet(0), { type: 'GiftReceived' }))).toContain('GiftReceived');
  });
});

describe('what is seeded', () => {
  it('by SQL is what the store itself holds after the same through the port', async () => {
    const [database, store] = [await freshDatabase(), new MemoryEventStore()];
    await (await openPostgresHouse(database.url)).close();
    await seedPostgres(database.url, ACCOUNTS);
    await seedHistory(database.url, 1, 40);
    await seedStore(store, ACCOUNTS);
    const { house, close } = await openPostgresHouse(database.url);
    const own = new Answers();
    await bet(house, own, 1);
    const events = await eventsOf(house.store);
    await close();
    await database.drop();
    expect(detailOf(events, own)).toBe('good');
    const shape = ({ stream, type, revision, data }: RecordedEvent) => {
      return `${stream} ${revision} ${type} ${data}`;
    };
    const opened = (await eventsOf(store)).map(shape);
    expect(events.slice(0, opened.length).map(shape).sort()).toEqual(opened.sort());
    const long = events.filter(({ stream }) => stream === `account-main.${playerOf(1)}.USDT`);
    expect(long).toHaveLength(41);
  });
});

describe('the baseline', () => {
  it('answers a repeat with its first result, refuses what is too much, and is checked', async () => {
    const database = await freshDatabase();
    await createSqlLedger(database.url, [playerOf(1), playerOf(2)], FIRST_BALANCE);
    const ledger = await SqlLedger.open(database.url, 2);
    const message = { provider: 'bench', round: 'r', game: 'g', account: playerOf(1) };
    const first = await ledger.bet({ ...message, transaction: 't0', amount: 5 });
    const again = await ledger.bet({ ...message, transaction: 't0', amount: 5 });
    expect(again).toEqual({ ...first, repeat: true });
    expect(await ledger.bet({ ...message, transaction: 't1', amount: FIRST_BALANCE })).toBeNull();
    await ledger.close();
    const own = new Answers();
    own.add(own.next(), 1, first?.id ?? 0, first?.balance ?? 0);
    const isGood = async () => (await checkSqlLedger(database.url, 2, own))[0]?.ok;
    expect(await isGood()).toBe(true);
    await query(database.url, 'update accounts set balance = balance + 1');
    expect(await isGood()).toBe(false);
    await database.drop();
  });
});
