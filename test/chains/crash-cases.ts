import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import { custodyMatches } from '../support/custody.ts';
import { ETHER } from '../support/deposits.ts';
import type { TestHouse, TestHouseOptions } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import {
  type HouseProcess,
  type HouseProcessOptions,
  startHouseProcess,
} from '../support/house-process.ts';
import {
  approved,
  freshAddress,
  fundedPlayer,
  fundHotWallet,
  lifeOf,
  withdrawalReaches,
  withdrawalRow,
} from '../support/withdrawals.ts';

/*
 * Goal: wherever the process that pays is killed, the player is paid once. Method: a real process
 * on a real Postgres and a real node dies by SIGKILL at each step; a house that never knew it, and
 * has nothing but the log and the node, then finishes.
 */
const PAYING = ['policies', 'payouts'] as const;

export interface Moment {
  readonly when: string;
  /** Where the process kills itself; '' when the test does it. */
  readonly killAt: string;
  /** The withdrawal's last event when it is dead. */
  readonly last: string;
  readonly onChain: boolean;
}

/** Made anew for each file that uses it. */
export interface CrashPlace {
  readonly place: HouseOnChain;
  /** Shows the read models, and takes requests and approvals; it pays nothing. */
  readonly house: TestHouse;
  /** A process that pays; killed after the test when it still lives. */
  start(options?: HouseProcessOptions): HouseProcess;
  /** A house that pays where the dead one did; stopped after the test when it still runs. */
  heir(over?: Partial<TestHouseOptions>): Promise<TestHouse>;
  /** Mines on until the process has killed itself. */
  untilDead(process: HouseProcess): Promise<void>;
}

/** Registers the hooks; the place is there when the tests run. */
export function crashPlace(): CrashPlace {
  let place: HouseOnChain | undefined;
  let house: TestHouse | undefined;
  const processes: HouseProcess[] = [];
  const heirs: TestHouse[] = [];
  const there = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('used before the tests run');
    return thing;
  };

  beforeAll(async () => {
    place = await houseOnChain();
    const whole = await place.open();
    await fundedPlayer(whole, place.node, place.token, 'player', { ETH: 20n * ETHER });
    await fundHotWallet(whole, place.node, place.token, { ETH: 50n * ETHER });
    await whole.stop();
    house = await place.open({ parts: ['projections'] });
  });
  afterEach(async () => {
    there(place).proxy.mode = { kind: 'pass' };
    for (const each of processes.splice(0)) await each.kill();
    for (const each of heirs.splice(0)) await each.stop();
  });
  afterAll(async () => {
    await house?.stop();
    await place?.stop();
  });

  return {
    get place() {
      return there(place);
    },
    get house() {
      return there(house);
    },
    start: (options) => {
      const started = startHouseProcess(there(place), PAYING, options);
      processes.push(started);
      return started;
    },
    heir: async (over) => {
      const opened = await there(place).open({ parts: PAYING, ...over });
      let stopped: Promise<void> | undefined;
      const stop = () => {
        stopped ??= opened.stop();
        return stopped;
      };
      heirs.push({ ...opened, stop });
      return { ...opened, stop };
    },
    untilDead: async ({ exited }) => {
      let signal: NodeJS.Signals | null | undefined;
      void exited.then((by) => {
        signal = by;
      });
      // Blocks go on, so that the later moments come at all.
      while (signal === undefined) {
        await there(place).node.mine();
        await realSystem.sleep(50);
      }
      expect(signal).toBe('SIGKILL');
    },
  };
}

/** Kills the process that pays at the moment, has another one finish, and looks at the books. */
export async function paysOnceAfter(moment: Moment, crash: CrashPlace): Promise<void> {
  const { place, house } = crash;
  const { node } = place;
  const sent = new Set<unknown>();
  place.proxy.onCall = (method, params) => {
    if (method === 'eth_sendRawTransaction') sent.add((params as unknown[])[0]);
  };
  const destination = freshAddress();
  const nonce = await node.provider.getTransactionCount(house.hotWallet);
  const withdrawal = await approved(house, { player: 'player', amount: ETHER, destination });

  await dieAt(moment, crash);
  expect((await lifeOf(house, withdrawal)).at(-1)).toBe(moment.last);
  await node.settle();
  expect(await node.provider.getBalance(destination)).toBe(moment.onChain ? ETHER : 0n);

  await crash.heir();
  await withdrawalReaches(house, withdrawal, 'Completed', node);
  expect(await node.provider.getBalance(destination)).toBe(ETHER);
  expect(await node.provider.getTransactionCount(house.hotWallet)).toBe(nonce + 1);
  const life = await lifeOf(house, withdrawal);
  for (const once of ['NonceAllocated', 'PayoutSigned', 'HoldSettled', 'WithdrawalCompleted']) {
    expect(life.filter((type) => type === once)).toEqual([once]);
  }
  expect((await withdrawalRow(house, withdrawal)).status).toBe('Completed');
  expect(sent.size).toBe(1);
  expect(await custodyMatches(house, node)).toBe(true);
}

export async function expectBooksInOrder({ house }: CrashPlace): Promise<void> {
  const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
  expect(value.totals).toEqual({ ETH: '0' });
  expect(await house.replayEquals()).toBe(true);
  expect(house.errors).toEqual([]);
}

async function dieAt({ killAt }: Moment, { place, start, untilDead }: CrashPlace): Promise<void> {
  const first = start({ killAt });
  if (killAt === '') {
    // The node has answered; the process never hears it.
    place.proxy.mode = {
      ...{ kind: 'rewrite', methods: ['eth_sendRawTransaction'] },
      result: (_method, _params, result) => {
        first.child.kill('SIGKILL');
        return result;
      },
    };
  }
  await untilDead(first);
  place.proxy.mode = { kind: 'pass' };
}
