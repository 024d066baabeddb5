import { realSystem } from '../adapters/system.ts';
import type { OpenHouse } from '../assembly.ts';
import { PROJECTIONS } from '../projections/all.ts';
import { type Comparison, compareWithReplay } from '../projections/replay.ts';
import type { Client } from './client.ts';
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
const SHOWN = 6;

/** Throws DemoError for anything unequal. */
export async function prove(
  { auditor }: Cast,
  world: World,
  { house, pool }: OpenHouse,
  narrator: Narrator,
): Promise<Comparison[]> {
  narrator.chapter('The proof');
  const found = await booksLikeChain(auditor, world, house);
  for (const [currency, total] of Object.entries(found.totals)) {
    if (total !== '0') throw new DemoError(`the trial balance in ${currency} is ${total}`);
    narrator.line('trial balance', `${currency}: debits less credits = 0`);
  }
  for (const { address, currency, booked } of found.custody.slice(0, SHOWN)) {
    const held = money(booked, currency);
    narrator.line('custody', `${short(address)} on chain = in the ledger: ${held}`);
  }
  const more = found.custody.length - SHOWN;
  if (more > 0) narrator.line('custody', `and ${more} more, all equal`);
  const compared: Comparison[] = [];
  for (const projection of PROJECTIONS) {
    const replay = await compareWithReplay(projection, {
      ...{ store: house.store, pool, system: realSystem },
    });
    if (!replay.equal) throw new DemoError(`${replay.name}: a replay gives other rows`);
    narrator.line('replay from event 1', `${replay.name}: ${replay.events} events, equal rows`);
    compared.push(replay);
  }
  return compared;
}

interface Books {
  readonly totals: Readonly<Record<string, string>>;
  readonly custody: readonly { address: string; currency: string; booked: bigint }[];
}

/**
 * Every address of ours: what the chain says it has must be what the books say. Both are read again
 * while they differ, because what an earlier run left on its way is booked when it is final.
 */
async function booksLikeChain(
  auditor: Client,
  world: World,
  { store, watchlist }: OpenHouse['house'],
): Promise<Books> {
  let difference = '';
  return until('the books equal the chain', async () => {
    const head = await store.head();
    const { totals } = (await auditor.get(`/v1/trial-balance?asOf=${head}`)) as Pick<
      Books,
      'totals'
    >;
    const rows = await custodyAccounts(auditor, head);
    const custody: Books['custody'][number][] = [];
    for (const address of watchlist.addresses(CHAIN)) {
      for (const currency of ['ETH', 'USDT']) {
        const account = `${CUSTODY}${address}`;
        const row = rows.find((r) => r.account === account && r.currency === currency);
        const booked = BigInt(row?.balance ?? '0');
        const onChain = await world.balanceOf(address, currency);
        difference = `${address} holds ${onChain} ${currency}; booked are ${booked}`;
        if (onChain !== booked) return undefined;
        custody.push({ address, currency, booked });
      }
    }
    return { totals, custody };
  }).catch(() => {
    throw new DemoError(difference);
  });
}

async function custodyAccounts(auditor: Client, asOf: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let after = ''; ; ) {
    const url = `/v1/ledger-accounts?class=custody&limit=200&asOf=${asOf}${after}`;
    const { items, next } = (await auditor.get(url)) as { items: Row[]; next: string | null };
    rows.push(...items);
    if (next === null) return rows;
    after = `&after=${next}`;
  }
}
