import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/sessions.ts';
import { CHAIN, openStage, type Stage, TOKEN } from './stage.ts';

let stage: Stage;
let head: string;
beforeAll(async () => {
  stage = await openStage();
  await stage.player('p-1', '9000000');
  await stage.player('p-1', '3000000000000000000', 'ETH');
  await stage.player('p-idle');
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

describe('players', () => {
  it('registers with 201, and again with 200', async () => {
    const call = { method: 'POST', url: '/v1/players', body: { player: 'p-new' } } as const;
    const first = await stage.as('acme', call);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({ brand: 'main', player: 'p-new', repeat: false });
    const again = await stage.as('alice', call);
    expect(again.statusCode).toBe(200);
    expect(again.json()).toEqual({ ...first.json(), repeat: true });
  });

  it('gives one address for each chain, for ever', async () => {
    const url = '/v1/players/main/p-1/deposit-addresses';
    const ask = (chain: string) => stage.as('alice', { method: 'POST', url, body: { chain } });
    const first = await ask(CHAIN);
    expect(first.statusCode).toBe(201);
    expect(first.json().address).toMatch(/^0x[0-9a-fA-F]{40}$/);
    const again = await ask(CHAIN);
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ address: first.json().address, repeat: true });
    expect((await ask('eip155:1')).json()).toMatchObject({ code: 'chain-unknown', status: 422 });
  });

  it('shows all balances with decimals, and none of a player without money', async () => {
    const { balances, position } = await read(`/v1/players/main/p-1/balances?waitFor=${head}`);
    expect(position >= head).toBe(true);
    expect(balances).toMatchObject([
      { currency: 'ETH', available: '3000000000000000000', display: { available: '3' } },
      { currency: 'USDT', available: '3000000', decimals: 6, receivable: '0' },
    ]);
    expect((await read('/v1/players/main/p-idle/balances')).balances).toEqual([]);
    const nobody = await read('/v1/players/main/nobody/balances');
    expect(nobody).toMatchObject({ code: 'player-not-found', status: 404 });
  });
});

describe('asOf', () => {
  interface Operation {
    readonly parameters?: readonly { readonly name: string }[];
    readonly responses: Readonly<Record<string, { readonly content?: Record<string, Media> }>>;
  }
  interface Media {
    readonly examples?: Readonly<Record<string, unknown>>;
  }
  const VALUES: Readonly<Record<string, string>> = {
    ...{ brand: 'main', player: 'p-1', currency: 'USDT', account: 'gaming', version: '1' },
    id: '00000000-0000-4000-8000-000000000000',
    '/v1/deposits/{id}': `${CHAIN}.0x${'0'.repeat(64)}.native`,
  };

  it('P5 is refused by name, as documented, by whatever keeps only what is newest', async () => {
    const { paths } = (await stage.as(null, { url: '/openapi.json' })).json();
    const refusing: string[] = [];
    for (const [path, { get }] of Object.entries<{ get?: Operation }>(paths)) {
      const takes = (name: string) => get?.parameters?.some((each) => each.name === name) ?? false;
      if (!takes('waitFor')) continue;
      const url = path.replace(/\{(\w+)\}/g, (_, name) => VALUES[path] ?? VALUES[name] ?? '');
      const problems = get?.responses['422']?.content?.['application/problem+json'];
      const isNamed = 'as-of-not-answered' in (problems?.examples ?? {});
      expect(isNamed, path).toBe(!takes('asOf'));
      if (takes('asOf')) continue;
      const answer = await read(`${url}?asOf=${head}`);
      expect(answer, path).toMatchObject({ code: 'as-of-not-answered', status: 422 });
      refusing.push(path);
    }
    for (const path of ['/v1/analytics/report', '/v1/risk/withdrawals', '/v1/deposits']) {
      expect(refusing).toContain(path);
    }
    // Where there is no read model, it is a field like any other.
    expect(await read(`/v1/currencies?asOf=${head}`)).toMatchObject({ code: 'invalid-input' });
  });
});

describe('waitFor', () => {
  const beyond = '0000000000009999';
  it.each(['/v1/players/main/p-1/balances', '/v1/accounts/main/p-1/USDT/history'])(
    'P5 %s answers 504 with the position reached, not with older rows',
    async (url) => {
      const late = await stage.as('audrey', { url: `${url}?waitFor=${beyond}` });
      expect(late.statusCode).toBe(504);
      expect(late.headers['retry-after']).toBe('1');
      const position = await stage.store.head();
      expect(late.json()).toMatchObject({ code: 'read-model-behind', wanted: beyond, position });
    },
  );

  it('is there as soon as the event is', async () => {
    const url = `/v1/accounts/main/p-1/USDT/history?waitFor=${'9'.padStart(16, '0')}`;
    expect((await read(url)).status).toBe(200);
  });
});

describe('accounts', () => {
  const history = '/v1/accounts/main/p-1/USDT/history';

  it('tells the history from the log, page by page', async () => {
    const all = await read(history);
    expect(all.items.map((e: { type: string }) => e.type)).toEqual([
      ...['AccountOpened', 'DepositCredited', 'SessionOpened', 'SessionOpened'],
      ...['BetDebited', 'BetDebited', 'BetDebited'],
    ]);
    const first = await read(`${history}?limit=3`);
    const second = await read(`${history}?limit=3&after=${first.next}`);
    const third = await read(`${history}?limit=3&after=${second.next}`);
    expect(third.next).toBeNull();
    expect([...first.items, ...second.items, ...third.items]).toEqual(all.items);
  });

  it('does not answer with nothing for what is not there', async () => {
    const none = await read('/v1/accounts/main/p-idle/USDT/history');
    expect(none).toMatchObject({ code: 'account-not-found', status: 404 });
    const unknown = await read('/v1/accounts/main/p-1/DOGE/history');
    expect(unknown).toMatchObject({ code: 'currency-unknown', status: 422 });
  });
});

describe('the ledger', () => {
  it('lists currencies with their assets', async () => {
    const { currencies } = await read('/v1/currencies');
    expect(currencies[1]).toMatchObject({
      ...{ code: 'USDT', decimals: 6 },
      assets: [{ id: `${CHAIN}/erc20:${TOKEN}`, chain: CHAIN, contract: TOKEN, decimals: 6 }],
    });
  });
});

describe('deposits', () => {
  it('lists none and knows none before the first', async () => {
    expect(await read('/v1/deposits?status=credited')).toMatchObject({ items: [], next: null });
    const one = await read(`/v1/deposits/${CHAIN}.0x${'ab'.repeat(32)}.log.0`);
    expect(one).toMatchObject({ code: 'deposit-not-found', status: 404 });
  });
});

describe('operations', () => {
  it('is alive, ready, and says its version', async () => {
    const health = await stage.as(null, { url: '/health' });
    expect(health.json()).toMatchObject({ status: 'alive', version: '1.2.3' });
    const ready = await stage.as(null, { url: '/ready' });
    expect(ready.json()).toEqual({
      ready: true,
      parts: [{ name: 'log', ready: true, detail: 'answers' }],
    });
  });

  it('echoes sane request ids and makes others', async () => {
    const given = { 'x-request-id': 'req-7' };
    const echoed = await stage.as(null, { url: '/health', headers: given });
    expect(echoed.headers['x-request-id']).toBe('req-7');
    const odd = { 'x-request-id': 'a b\tc' };
    const made = await stage.as(null, { url: '/nowhere', headers: odd });
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.json().instance).toBe(made.headers['x-request-id']);
  });

  it('refuses a correlation id that no event should carry', async () => {
    for (const id of ['', 'ü', 'x'.repeat(101)]) {
      const headers = { 'x-correlation-id': id };
      const refused = await stage.as('alice', { url: '/v1/currencies', headers });
      expect(refused.json()).toMatchObject({ errors: [{ field: 'x-correlation-id' }] });
    }
  });
});
