import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/adapters/system.ts';
import { custodyMatches } from '../support/custody.ts';
import { ETHER } from '../support/deposits.ts';
import type { TestHouse } from '../support/house.ts';
import { type HouseOnChain, houseOnChain } from '../support/house-on-chain.ts';
import { type HouseProcess, startHouseProcess } from '../support/house-process.ts';
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
 * on a real Postgres and a real node dies by SIGKILL at each step; another one then finishes.
 */
const PAYING = ['policies', 'payouts'] as const;

interface Moment {
  readonly when: string;
  /** Where the process kills itself; '' when the test does it. */
  readonly killAt: string;
  /** The withdrawal's last event when it is dead. */
  readonly last: string;
  readonly onChain: boolean;
}

const MOMENTS: readonly Moment[] = [
  ['the nonce was taken', 'NonceAllocated', 'NonceAllocated', false],
  ['the nonce was recorded', 'PayoutAllocated', 'PayoutAllocated', false],
  ['it was signed, before that was recorded', 'sign', 'PayoutAllocated', false],
  ['the signature was recorded, before it was sent', 'PayoutSigned', 'PayoutSigned', false],
  ['the node took it, before the answer was heard', '', 'PayoutSigned', true],
  ['the answer was heard, before that was recorded', 'send', 'PayoutSigned', true],
  ['the broadcast was recorded', 'PayoutBroadcast', 'PayoutBroadcast', true],
  ['it was seen in a block', 'PayoutSeen', 'PayoutSeen', true],
  ['it was final, before the hold was settled', 'PayoutConfirmed', 'PayoutConfirmed', true],
  ['the hold was settled, before it was completed', 'HoldSettled', 'HoldSettled', true],
].map(([when, killAt, last, onChain]) => ({ when, killAt, last, onChain }) as Moment);

let place: HouseOnChain;
let house: TestHouse;
const processes: HouseProcess[] = [];
/** The different bytes that reached the node. */
const sent = new Set<unknown>();

beforeAll(async () => {
  place = await houseOnChain();
  place.proxy.onCall = (method, params) => {
    if (method === 'eth_sendRawTransaction') sent.add((params as unknown[])[0]);
  };
  const whole = await place.open();
  await fundedPlayer(whole, place.node, place.token, 'player', { ETH: 20n * ETHER });
  await fundHotWallet(whole, place.node, place.token, { ETH: 50n * ETHER });
  await whole.stop();
  house = await place.open({ parts: ['projections'] });
});

afterEach(async () => {
  place.proxy.mode = { kind: 'pass' };
  for (const each of processes.splice(0)) await each.kill();
});

afterAll(async () => {
  await house.stop();
  await place.stop();
});

function start(killAt = ''): HouseProcess {
  const started = startHouseProcess(place, PAYING, killAt);
  processes.push(started);
  return started;
}

async function untilDead({ exited }: HouseProcess): Promise<void> {
  let signal: NodeJS.Signals | null | undefined;
  void exited.then((by) => {
    signal = by;
  });
  // Blocks go on, so that the later moments come at all.
  while (signal === undefined) {
    await place.node.mine();
    await realSystem.sleep(50);
  }
  expect(signal).toBe('SIGKILL');
}

describe('kill -9 of the process that pays', () => {
  it.each(MOMENTS.map((moment) => [moment.when, moment] as const))(
    'W2 W3 L6 kill -9 after %s: paid once',
    async (_, { killAt, last, onChain }) => {
      const { node, proxy } = place;
      sent.clear();
      const destination = freshAddress();
      const nonce = await node.provider.getTransactionCount(house.hotWallet);
      const withdrawal = await approved(house, { player: 'player', amount: ETHER, destination });

      const first = start(killAt);
      if (killAt === '') {
        // The node has answered; the process never hears it.
        proxy.mode = {
          ...{ kind: 'rewrite', methods: ['eth_sendRawTransaction'] },
          result: (_method, _params, result) => {
            first.child.kill('SIGKILL');
            return result;
          },
        };
      }
      await untilDead(first);
      proxy.mode = { kind: 'pass' };
      expect((await lifeOf(house, withdrawal)).at(-1)).toBe(last);
      await node.settle();
      const paid = onChain ? ETHER : 0n;
      expect(await node.provider.getBalance(destination)).toBe(paid);

      const second = start();
      await withdrawalReaches(house, withdrawal, 'Completed', node);
      await second.stop();
      expect(await node.provider.getBalance(destination)).toBe(ETHER);
      expect(await node.provider.getTransactionCount(house.hotWallet)).toBe(nonce + 1);
      const life = await lifeOf(house, withdrawal);
      for (const once of ['NonceAllocated', 'PayoutSigned', 'HoldSettled', 'WithdrawalCompleted']) {
        expect(life.filter((type) => type === once)).toEqual([once]);
      }
      expect((await withdrawalRow(house, withdrawal)).status).toBe('Completed');
      expect(sent.size).toBe(1);
      expect(await custodyMatches(house, node)).toBe(true);
    },
  );

  it('L9 P3 leaves books that balance, and read models that a replay gives again', async () => {
    const { value } = await house.readModels.trialBalance({ waitFor: await house.head() });
    expect(value.totals).toEqual({ ETH: '0' });
    expect(await house.replayEquals()).toBe(true);
    expect(house.errors).toEqual([]);
  });
});
