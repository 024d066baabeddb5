import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAIN, DESTINATION, openStage, type Stage } from './stage.ts';

/*
 * Goal: the back office finds what to do next. Method: seven withdrawals in two currencies, asked
 * for a minute apart, of which two have equal amounts; every order is read in pages of two while
 * more are asked for, and compared with the list that was there before.
 */

const AMOUNTS = ['5000000', '1000000', '3000000', '1000000', '4000000', '2000000'];
const MINUTE_MS = 60_000;

let stage: Stage;
const asked: string[] = [];

const ask = async (amount: string, currency = 'USDT') => {
  const body = { player: 'p-1', currency, chain: CHAIN, destination: DESTINATION, amount };
  const headers = { 'idempotency-key': `q-${asked.length}` };
  const call = { method: 'POST', url: '/v1/withdrawals', body, headers } as const;
  asked.push((await stage.as('alice', call)).json().withdrawal);
  stage.clock.shiftMs += MINUTE_MS;
};

beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '50000000000');
  await stage.player('p-1', '3000000000000000000', 'ETH');
  for (const amount of AMOUNTS) await ask(amount);
  await ask('1000000000000000000', 'ETH');
});
afterAll(() => stage.close());

interface Row {
  readonly withdrawal: string;
  readonly amount: string;
  readonly status: string;
  readonly risk: { score: number; outcome: string } | null;
  readonly ageSeconds: number;
  readonly statusSeconds: number;
  readonly steps: { status: string; seconds: number | null }[];
}

const list = async (query: string): Promise<{ items: Row[]; next: string | null }> => {
  const waitFor = await stage.store.head();
  const answer = await stage.as('audrey', { url: `/v1/withdrawals?${query}&waitFor=${waitFor}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};
const placesIn = ({ items }: { items: Row[] }) => items.map((row) => asked.indexOf(row.withdrawal));

describe('queues of withdrawals', () => {
  it('are ordered by age and by amount, the same amounts by age', async () => {
    const usdt = 'currency=USDT';
    expect(placesIn(await list(usdt))).toEqual([5, 4, 3, 2, 1, 0]);
    expect(placesIn(await list(`${usdt}&sort=oldest`))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(placesIn(await list(`${usdt}&sort=largest`))).toEqual([0, 4, 2, 5, 3, 1]);
    expect(placesIn(await list(`${usdt}&sort=smallest`))).toEqual([1, 3, 5, 2, 4, 0]);
    expect(placesIn(await list('sort=oldest'))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('are filtered by asset, amount and age', async () => {
    expect(placesIn(await list(`asset=${CHAIN}/slip44:60`))).toEqual([6]);
    expect(placesIn(await list('currency=USDT&minAmount=3000000'))).toEqual([4, 2, 0]);
    expect(placesIn(await list('currency=USDT&minAmount=2&maxAmount=1000000'))).toEqual([3, 1]);
    // The last was asked for a minute ago.
    expect(placesIn(await list('minAgeSeconds=300'))).toEqual([2, 1, 0]);
    expect(placesIn(await list('maxAgeSeconds=150'))).toEqual([6, 5]);
    expect(placesIn(await list('status=On%20Hold'))).toEqual([]);
  });

  it.each(['newest', 'oldest', 'largest', 'smallest'])(
    'P5 sorted by %s, pages have no gap and no repeat while more is asked for',
    async (sort) => {
      const query = `currency=USDT&sort=${sort}&limit=2`;
      const before = placesIn(await list(`currency=USDT&sort=${sort}`));
      const paged: number[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const after = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
        const page = await list(`${query}${after}`);
        paged.push(...placesIn(page));
        next = page.next;
        if (paged.length < 5) await ask('2500000');
      }
      expect(paged.filter((place) => before.includes(place))).toEqual(before);
      expect(new Set(paged).size).toBe(paged.length);
    },
  );

  it('are ordered and filtered by the risk that each had when it was asked for', async () => {
    const { items } = await list('sort=riskiest&limit=200');
    const scores = items.map(({ risk }) => risk?.score ?? -1);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBeGreaterThan(1);
    const [worst = 0] = scores;
    const paged = await list('sort=riskiest&limit=3');
    const rest = await list(`sort=riskiest&limit=200&after=${paged.next}`);
    expect([...paged.items, ...rest.items].map((row) => row.withdrawal)).toEqual(
      items.map((row) => row.withdrawal),
    );
    const worstOnly = items.filter(({ risk }) => risk?.score === worst);
    expect(placesIn(await list(`minScore=${worst}`))).toEqual(placesIn({ items: worstOnly }));
    for (const outcome of ['pass', 'review', 'hold']) {
      const those = items.filter(({ risk }) => risk?.outcome === outcome);
      const found = await list(`outcome=${outcome}&sort=riskiest&limit=200`);
      expect(placesIn(found)).toEqual(placesIn({ items: those }));
    }
  });

  it('have no order of amounts of two currencies', async () => {
    for (const [field, query] of [
      ['sort', 'sort=largest'],
      ['minAmount', 'minAmount=5'],
    ]) {
      const refused = await stage.as('audrey', { url: `/v1/withdrawals?${query}` });
      expect(refused.json()).toMatchObject({ code: 'invalid-input', errors: [{ field }] });
    }
  });

  it('say how old each is, and how long each step took', async () => {
    const id = asked[2];
    const decide = (verb: string) => {
      const url = `/v1/withdrawals/${id}/${verb}`;
      return stage.as('bob', { method: 'POST', url, body: { reason: 'papers' } });
    };
    const at = (await list('sort=oldest')).items[2]?.ageSeconds ?? 0;
    await decide('hold');
    stage.clock.shiftMs += MINUTE_MS;
    await decide('reject');
    stage.clock.shiftMs += MINUTE_MS;
    const [row] = (await list('status=Rejected')).items;
    const near = (seconds: number) => expect.closeTo(seconds, -1);
    expect(row).toMatchObject({ ageSeconds: near(at + 60), statusSeconds: near(60) });
    expect(row?.steps).toMatchObject([
      { status: 'Requested', seconds: near(0) },
      { status: 'Under Review', seconds: near(at) },
      { status: 'On Hold', seconds: near(60) },
      { status: 'Rejected', seconds: null },
    ]);
  });
});
