import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { registerPlayer } from '../../src/commands/register-player.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { streams } from '../../src/domain/ids.ts';
import { API_KEYS, ask, KEYS } from '../service/api-client.ts';
import { auditLog, compareWithTold } from '../service/audit.ts';
import { type Load, startLoad } from '../service/callers.ts';
import { type ServiceProcess, startServiceProcess } from '../service/service-process.ts';
import { eventually, staff, type TestHouse, testHouse, value } from '../support/house.ts';
import { freshDatabase } from '../support/postgres.ts';
import { openTestSession } from '../support/sessions.ts';

const KILLS = 20;
const CALLERS = 16;
const PLAYERS = Array.from({ length: 8 }, (_, index) => `p-${index}`);
const DEPOSIT = 300_000_000n;
/** Acknowledged answers; a slow machine takes longer for them. */
const ENOUGH = 10 * KILLS;
/** Of one life, before it is killed: under load on any machine, and no longer than that. */
const LEAST_ANSWERS = 2;
const MOST_ANSWERS = 22;
/** Within which the kill comes after that, at any moment of a batch. */
const MOMENT_MS = 30;
const TEST_TIMEOUT_MS = 240_000;

const CHAIN = 'eip155:31337';
const TOKEN = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
/** Nobody listens there: nothing here needs a node, and the API starts without one. */
const NO_NODE = 'http://127.0.0.1:1';
/** Nothing is paid here, so the service needs no key, whose address it would have to find. */
const HOT_WALLET = TOKEN;

/**
 * Goal: an acknowledged answer survives the death of the service at any moment, and no retry has a
 * second effect. Method: 16 callers send signed bets, wins and rollbacks to the built service, each
 * again until it has a final answer; the service is killed 20 times under that load and started
 * again on the same Postgres; then the log, read and folded anew, is held against every answer.
 */
it(
  'L5 L6 kill -9 under load loses nothing acknowledged and doubles nothing, 20 times',
  async () => {
    const compiled = inject('compiled');
    const database = await freshDatabase();
    let service: ServiceProcess | undefined;
    try {
      await withHouse(database.url, fund);
      const start = () =>
        startServiceProcess([process.execPath, join(compiled, 'src', 'cli.js')], {
          ...{ NODE_ENV: 'test', DATABASE_URL: database.url, DATA_DIR: compiled, API_KEYS },
          ...{ PARTS: 'api,projections,policies', EVM_RPC_URL: NO_NODE, EVM_USDT_CONTRACT: TOKEN },
          ...{ EVM_HOT_WALLET: HOT_WALLET },
        });
      service = await start();
      let url: string | null = service.url;
      const load = startLoad(CALLERS, PLAYERS, () => url);
      for (let kill = 1; kill <= KILLS; kill++) {
        const more = LEAST_ANSWERS + Math.random() * (MOST_ANSWERS - LEAST_ANSWERS);
        const enough = acknowledgedBy(load) + more;
        await eventually('answers', async () => acknowledgedBy(load) > enough);
        await sleep(Math.random() * MOMENT_MS);
        await service.kill();
        url = null;
        service = await start();
        url = service.url;
      }
      await eventually('enough answers', async () => acknowledgedBy(load) > ENOUGH);
      await load.stop();
      const { url: last } = service;
      await withHouse(database.url, (house) => judge(house, load, last));
      expect(await service.stop()).toBe(0);
    } finally {
      await service?.stop();
      await database.drop();
    }
  },
  TEST_TIMEOUT_MS,
);

async function withHouse(
  databaseUrl: string,
  use: (house: TestHouse) => Promise<void>,
): Promise<void> {
  const options = { databaseUrl, chainUrl: NO_NODE, chain: CHAIN, token: TOKEN, parts: [] };
  const house = await testHouse(options);
  try {
    await use(house);
  } finally {
    await house.stop();
  }
}

/** Money without a chain: credited as the deposit policy would. */
async function fund({ house }: TestHouse): Promise<void> {
  const [chain, currency] = [CHAIN, 'USDT'];
  const asset = house.assets.ofCurrency(chain, currency)?.id ?? '';
  for (const player of PLAYERS) {
    value(await registerPlayer(house, { brand: 'main', player }, staff('alice')));
    const account = { brand: 'main', player, currency };
    const txid = `0x${house.system.uuid().replaceAll('-', '')}`;
    const deposit = { deposit: `${chain}.${txid}.0`, epoch: 1, chain, address: TOKEN, asset, txid };
    const command = { type: 'CreditDeposit', account, ...deposit, amount: DEPOSIT } as const;
    await house.engine.execute(accountDecider, streams.account(account), command, staff('test'));
    await openTestSession(house, player, currency, 'acme-games');
  }
}

const acknowledgedBy = ({ told }: Load) =>
  [...told.values()].reduce((sum, { accepted }) => sum + accepted.length, 0);

async function judge({ house, replayEquals }: TestHouse, load: Load, url: string): Promise<void> {
  const audit = await auditLog(house.store);
  const answers = [...load.told.values()];
  const accepted = answers.flatMap((each) => each.accepted);
  const repeats = accepted.filter(({ repeat }) => repeat === true).length;
  const refused = answers.flatMap((each) => each.refused).length;
  const kept = answers.filter((each) => each.accepted.every(({ repeat }) => repeat === true));
  const recovered = kept.filter((each) => each.accepted.length > 0).length;
  process.stdout.write(
    `${KILLS} kills; ${accepted.length} acknowledged, ${repeats} of them repeats; ${refused} ` +
      `refused; ${load.lost} answers lost, ${recovered} of them of what was done; ` +
      `${audit.events} events in the log\n`,
  );
  expect(audit.faults).toEqual([]);
  expect(compareWithTold(audit, load.told)).toEqual([]);
  expect(load.strange).toEqual([]);
  // Else it showed nothing: answers were lost, some of them of what had been written.
  expect(accepted.length).toBeGreaterThan(ENOUGH);
  expect(load.lost).toBeGreaterThan(KILLS);
  expect(recovered).toBeGreaterThan(0);

  const waitFor = await house.store.head();
  for (const player of PLAYERS) {
    const path = `/v1/players/main/${player}/balances?waitFor=${waitFor}`;
    const { status, body } = await ask(url, KEYS.auditor, { path });
    expect(status).toBe(200);
    const available = `${audit.available.get(player)}`;
    expect(body.balances).toMatchObject([{ currency: 'USDT', available, held: '0' }]);
  }
  const trial = await ask(url, KEYS.auditor, { path: `/v1/trial-balance?waitFor=${waitFor}` });
  expect(trial.body).toMatchObject({ totals: { USDT: '0' } });
  expect(await replayEquals()).toBe(true);
}
