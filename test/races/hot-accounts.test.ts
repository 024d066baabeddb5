import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PostgresEventStore } from '../../src/adapters/event-store/postgres/store.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { auditLog } from '../service/audit.ts';
import { plainHouse, richPlayer } from '../support/plain-house.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import type { HotAnswer } from './hot-accounts.worker.ts';

/*
 * Goal: engines in several processes on one log are as right as one. Method: four processes send
 * bets to the same three accounts at once, every bet from two of them, with snapshots every few
 * events; then the log, folded anew, is held against every answer.
 */
const PROCESSES = 4;
const BETS = 400;
const PLAYERS = ['hot', 'warm', 'poor'];
/** For a third of the bets on it; the others have more than enough. */
const POOR_FUNDS = 220n;

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

it('L3 L5 L6 four processes with the same hot accounts: one effect each, none overdrawn', async () => {
  const store = await PostgresEventStore.open({ pool: database.pool, system: realSystem });
  const house = plainHouse(store, realSystem);
  for (const player of PLAYERS) {
    await richPlayer(house, player, player === 'poor' ? POOR_FUNDS : 10_000n);
  }
  const share = BETS / PROCESSES;
  const ranges = Array.from({ length: PROCESSES }, (_, index) => index * share);
  const answers = (
    await Promise.all(
      // Each begins where its neighbour does, and reaches over the next one's share.
      ranges.map((first) => runWorker(first, Math.min(BETS, first + 2 * share))),
    )
  ).flat();

  const audit = await auditLog(store);
  expect(audit.faults).toEqual([]);
  expect(audit.available.get('poor')).toBe(POOR_FUNDS % 5n);
  const repeats = new Map<string, number>();
  for (const { transaction, player, placed } of answers) {
    const effect = audit.effects.get(transaction);
    if (!placed) {
      expect(player).toBe('poor');
      expect(effect).toBeUndefined();
      continue;
    }
    const { position, available } = placed;
    expect({ position, available }).toEqual({
      position: effect?.position,
      available: `${effect?.available}`,
    });
    repeats.set(transaction, (repeats.get(transaction) ?? 0) + (placed.repeat ? 0 : 1));
  }
  const odd = answers.filter(({ transaction, placed }) => placed && repeats.get(transaction) !== 1);
  expect(odd).toEqual([]);
  expect(audit.effects.size).toBe(repeats.size);
  await store.close();
});

async function runWorker(first: number, last: number): Promise<HotAnswer[]> {
  const file = join(inject('compiled'), 'test', 'races', 'hot-accounts.worker.js');
  const worker = fork(file, [database.url, PLAYERS.join(), `${first}`, `${last}`], {
    execArgv: [],
  });
  const answers: HotAnswer[] = [];
  worker.on('message', (message) => answers.push(message as HotAnswer));
  // The last messages may come after the exit, but not after the channel's end.
  const [[code]] = await Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]);
  expect(code).toBe(0);
  return answers;
}
