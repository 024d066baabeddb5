import { realSystem } from '../adapters/system.ts';
import type { OpenHouse } from '../assembly.ts';
import { PROJECTIONS } from '../projections/all.ts';
import { compareWithReplay } from '../projections/replay.ts';
import { money, short } from './describe.ts';
import { until } from './follow.ts';
import { DemoError, type Narrator } from './narrator.ts';
import type { Cast } from './story.ts';
import { CHAIN, type World } from './world.ts';

interface Row {
  readonly currency: string;
  readonly account: string;
  readonly balance: string;
}

const CUSTODY = `custody:${CHAIN}/`;

/** Throws DemoError for anything unequal. */
export async function prove(
  { auditor }: Cast,
  world: World,
  { house, pool }: OpenHouse,
  narrator: Narrator,
): Promise<void> {
  narrator.chapter('The proof');
  const waitFor = await house.store.head();
  const { rows, totals } = (await auditor.get(`/v1/trial-balance?waitFor=${waitFor}`)) as {
    rows: readonly Row[];
    totals: Record<string, string>;
  };
  for (const [currency, total] of Object.entries(totals)) {
    if (total !== '0') throw new DemoError(`the trial balance in ${currency} is ${total}`);
    narrator.line('trial balance', `${currency}: debits less credits = 0`);
  }
  await compareCustody(rows, world, house.watchlist.addresses(CHAIN), narrator);
  for (const projection of PROJECTIONS) {
    const found = await compareWithReplay(projection, {
      ...{ store: house.store, pool, system: realSystem },
    });
    if (!found.equal) throw new DemoError(`${found.name}: a replay gives other rows`);
    narrator.line('replay from event 1', `${found.name}: ${found.events} events, equal rows`);
  }
}

/** Every address of ours: what the chain says it has, and what the books say. */
async function compareCustody(
  rows: readonly Row[],
  world: World,
  addresses: readonly string[],
  narrator: Narrator,
): Promise<void> {
  let compared = 0;
  for (const address of addresses) {
    for (const currency of ['ETH', 'USDT']) {
      const account = `${CUSTODY}${address}`;
      const row = rows.find((r) => r.account === account && r.currency === currency);
      const booked = BigInt(row?.balance ?? '0');
      // Booked at final: what a block holds already may be a moment ahead of the books.
      const onChain = await until(`${address} holds what is booked`, async () => {
        const found = await world.balanceOf(address, currency);
        return found === booked ? found : undefined;
      }).catch(() => world.balanceOf(address, currency));
      if (onChain !== booked) {
        throw new DemoError(`${address} holds ${onChain} ${currency}; booked are ${booked}`);
      }
      compared++;
      if (compared <= 6) {
        narrator.line(
          'custody',
          `${short(address)} on chain = in the ledger: ${money(booked, currency)}`,
        );
      }
    }
  }
  if (compared > 6) narrator.line('custody', `and ${compared - 6} more, all equal`);
}
