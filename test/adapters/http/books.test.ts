import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/sessions.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let head: string;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '9000000');
  await stage.player('p-2', '3000000000000000000', 'ETH');
  for (const n of [1, 2, 3]) {
    const body = { player: 'p-1', currency: 'USDT', game: 'dice', amount: `${n}000000` };
    const transaction = { transaction: `b${n}`, round: `r${n}`, session: tokenOf('acme-games') };
    await stage.as('acme', { method: 'POST', url: '/v1/bets', body: { ...body, ...transaction } });
  }
  head = await stage.store.head();
});
afterAll(() => stage.close());

const read = async (url: string) => {
  const answer = await stage.as('audrey', { url });
  return { status: answer.statusCode, ...answer.json() };
};
const statement = '/v1/accounts/main/p-1/USDT/statement';
const balances = '/v1/players/main/p-1/balances';
const bets = async (): Promise<{ position: string; time: string }[]> =>
  (await read(`${statement}?waitFor=${head}`)).items.slice(1);

describe('the books', () => {
  it('state one account of a player, with opening and closing', async () => {
    const whole = await read(`${statement}?waitFor=${head}`);
    expect(whole).toMatchObject({ opening: '0', closing: '-3000000', currency: 'USDT' });
    expect(whole.items.map((i: { amount: string }) => i.amount)).toEqual([
      ...['-9000000', '1000000', '2000000', '3000000'],
    ]);
    expect(whole.items.at(-1)).toMatchObject({ contra: 'gaming', balance: '-3000000' });
    const [first, second] = await bets();
    const part = await read(`${statement}?from=${first?.position}&to=${second?.position}`);
    expect(part).toMatchObject({ opening: '-9000000', closing: '-8000000', next: null });
    expect(part.items).toHaveLength(1);
  });

  it('page a statement, stable under what is posted meanwhile', async () => {
    const first = await read(`${statement}?limit=3&asOf=${head}`);
    await stage.player('p-late', '5');
    const rest = await read(`${statement}?limit=3&asOf=${head}&after=${first.next}`);
    expect([...first.items, ...rest.items]).toHaveLength(4);
    expect(rest).toMatchObject({ next: null, closing: '-3000000', position: head });
    const elsewhere = await read(`${statement}?limit=3&after=${first.next}`);
    expect(elsewhere).toMatchObject({ code: 'invalid-input', errors: [{ field: 'after' }] });
  });

  it('state any ledger account, and zero only where that is the truth', async () => {
    const gaming = await read('/v1/ledger-accounts/gaming/USDT/statement');
    expect(gaming).toMatchObject({ closing: '-6000000' });
    const held = await read(`${statement}?class=held`);
    expect(held).toMatchObject({ account: 'held:main/p-1', closing: '0', items: [] });
    for (const url of [
      '/v1/accounts/main/p-2/USDT/statement',
      '/v1/accounts/main/p-2/USDT/statement?class=held',
      '/v1/ledger-accounts/capital/ETH/statement',
      `/v1/ledger-accounts/${encodeURIComponent('available:main/p-9')}/ETH/statement`,
    ]) {
      expect(await read(url)).toMatchObject({ code: 'ledger-account-not-found', status: 404 });
    }
  });

  it('page the whole journal, and the accounts behind the trial balance', async () => {
    const first = await read(`/v1/journal?limit=3&asOf=${head}`);
    const rest = await read(`/v1/journal?limit=200&asOf=${head}&after=${first.next}`);
    expect([...first.items, ...rest.items].map(({ entry }) => entry)).toEqual([1, 2, 3, 4, 5]);
    expect(rest.items.at(-1)).toMatchObject({
      ...{ type: 'BetDebited', currency: 'USDT', amount: '3000000' },
      debit: { account: 'available:main/p-1', balance: '-3000000' },
      credit: { account: 'gaming', balance: '-6000000' },
    });
    const { items } = await read('/v1/ledger-accounts?class=available&limit=2');
    expect(items.map(({ account }: { account: string }) => account)).toEqual([
      ...['available:main/p-1', 'available:main/p-2'],
    ]);
  });

  it('L9 have a trial balance of zero, and a house whose assets are what it owes and owns', async () => {
    const { rows, totals } = await read(`/v1/trial-balance?asOf=${head}`);
    expect(totals).toEqual({ ETH: '0', USDT: '0' });
    expect(rows).toContainEqual({
      ...{ currency: 'USDT', class: 'gaming', code: '4000', kind: 'revenue' },
      ...{ name: 'Gaming: stakes less wins', debit: '0', credit: '6000000', balance: '-6000000' },
    });
    const { currencies } = await read(`/v1/house-balances?asOf=${head}`);
    expect(currencies[1]).toMatchObject({
      ...{ currency: 'USDT', decimals: 6, difference: '0' },
      ...{ assets: '9000000', liabilities: '3000000', equity: '6000000' },
      accounts: { custody: '9000000', available: '3000000', gaming: '6000000', held: '0' },
    });
  });
});

describe('the export', () => {
  const ask = (query: string) => stage.as('audrey', { url: `/v1/journal/export?${query}` });

  it('comes as a file that names its position', async () => {
    const csv = await ask(`format=csv&asOf=${head}`);
    expect(csv.headers).toMatchObject({
      ...{ 'content-type': 'text/csv; charset=utf-8', 'x-position': head },
      'content-disposition': `attachment; filename="journal-${head}.csv"`,
    });
    expect(csv.body.trim().split('\r\n')).toHaveLength(1 + 2 * 5);
    const hledger = await ask(`format=hledger&brand=main&waitFor=${head}`);
    expect(hledger.body).toContain('liabilities:available:main/p-1  0 USDT = -3 USDT\n');
    expect(hledger.body).toMatch(/^; Countinghouse: the players of brand main, as of position \d+/);
  });

  it('P5 refuses before the first byte', async () => {
    const early = await ask('asOf=2001-01-01T00:00:00Z');
    expect([early.statusCode, early.json().code]).toEqual([422, 'before-first-transfer']);
  });
});

describe('asOf', () => {
  it('P5 shows the balances of then, with the position and time that they reflect', async () => {
    const [first] = await bets();
    const then = await read(`${balances}?asOf=${first?.position}`);
    expect(then).toMatchObject({ position: first?.position, time: first?.time });
    expect(then.balances).toMatchObject([{ available: '8000000', bonus: '0', frozen: false }]);
    const now = await read(`${balances}?waitFor=${head}`);
    expect(now.balances).toMatchObject([{ available: '3000000', position: head }]);
  });

  it('P5 refuses by name what it can not answer exactly, and never with nothing', async () => {
    const zero = '0'.repeat(16);
    for (const url of ['/v1/trial-balance', '/v1/journal', balances, statement]) {
      const early = await read(`${url}?asOf=${zero}`);
      expect(early, url).toMatchObject({ code: 'before-first-transfer', status: 422 });
      expect(early.position > zero).toBe(true);
      const past = await read(`${url}?asOf=2001-01-01T00:00:00Z`);
      expect(past, url).toMatchObject({ code: 'before-first-transfer' });
      const future = await read(`${url}?asOf=2999-01-01T00:00:00Z`);
      expect(future, url).toMatchObject({ code: 'time-not-settled', status: 409 });
    }
    const unreached = '0000000000009999';
    expect(await read(`/v1/trial-balance?asOf=${unreached}`)).toMatchObject({
      ...{ code: 'read-model-behind', status: 504, wanted: unreached },
      position: await stage.store.head(),
    });
    const [{ position: first }] = (await read('/v1/journal?limit=1')).items;
    const other = await read(`/v1/players/main/p-2/balances?asOf=${first}`);
    expect(other).toMatchObject({ code: 'account-not-found', status: 404 });
  });

  it('P5 answers of a time that is over, though nothing came later, and keeps to it', async () => {
    await stage.player('p-3', '7000000');
    const end = await stage.store.head();
    const before = await read(`${balances}?waitFor=${end}`);
    const bet = { player: 'p-1', currency: 'USDT', game: 'dice', amount: '500000' };
    const ids = { transaction: 'late', round: 'late', session: tokenOf('acme-games') };
    const now = stage.house.system.now();
    const [justNow, over] = [now, now + 2_000].map((ms) => new Date(ms).toISOString());
    const urls = [balances, '/v1/trial-balance', statement, '/v1/house-balances'];
    const askAll = () => Promise.all(urls.map((url) => read(`${url}?asOf=${over}`)));

    const length = await stage.events();
    for (const time of [justNow, over]) {
      expect(await read(`${balances}?asOf=${time}`)).toMatchObject({ code: 'time-not-settled' });
    }
    expect(await stage.events()).toBe(length);
    stage.clock.shiftMs = 3_500;
    const first = await askAll();
    expect(first[0].balances).toEqual(before.balances);
    expect(first[2].closing).toBe('-3000000');
    // Many times before the mark, and one mark.
    await askAll();
    expect(await read(`${balances}?asOf=${justNow}`)).toMatchObject({ status: 200 });
    expect(await stage.events()).toBe(length + 1);
    // Decided before that time was over, by the clock of a process that was slow.
    stage.clock.shiftMs = 0;
    await stage.as('acme', { method: 'POST', url: '/v1/bets', body: { ...bet, ...ids } });
    const late = (await read(`${statement}?waitFor=${await stage.store.head()}`)).items.at(-1);
    expect(late.amount).toBe('500000');
    expect(late.time < String(over)).toBe(true);
    expect(await askAll()).toEqual(first);
    const after = await read(`${statement}?from=${over}`);
    expect(after.items.map((item: { amount: string }) => item.amount)).toEqual(['500000']);
  });

  it('refuses ends of a period that contradict each other', async () => {
    const both = await read(`${statement}?to=${head}&asOf=${head}`);
    expect(both).toMatchObject({ code: 'invalid-input', errors: [{ field: 'asOf' }] });
    const turned = await read(`${statement}?from=${head}&to=${'0'.repeat(16)}`);
    expect(turned).toMatchObject({ code: 'invalid-input', errors: [{ field: 'from' }] });
    const noon = '2001-01-01T12:00:00';
    const times = await read(`${statement}?from=${noon}.001Z&to=${noon}Z`);
    expect(times).toMatchObject({ code: 'invalid-input', errors: [{ field: 'from' }] });
    const halfSecond = await read(`${statement}?from=${noon}Z&to=${noon}.5Z`);
    expect(halfSecond).toMatchObject({ code: 'before-first-transfer' });
  });
});
