import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { excludePlayer, readmitPlayer } from '../../src/commands/exclude-player.ts';
import type { House } from '../../src/commands/house.ts';
import { openSession } from '../../src/commands/open-session.ts';
import { placeBet } from '../../src/commands/place-bet.ts';
import { heedExclusions } from '../../src/commands/policies/heed-exclusions.ts';
import { setLimit } from '../../src/commands/set-limit.ts';
import { streams } from '../../src/domain/ids.ts';
import { playerDecider } from '../../src/domain/player/decide.ts';
import type { System } from '../../src/system.ts';
import { staff, value } from '../support/house.ts';
import { hastySystem, plainHouse, richPlayer, typesIn } from '../support/plain-house.ts';
import { tokenOf } from '../support/sessions.ts';

/*
 * Goal: what is decided in the player's stream holds for bets in every process. Method: two houses
 * on one log, each with an engine of its own, and one simulated clock.
 */
const HOUR_MS = 3_600_000;

let store: MemoryEventStore;
let clock: { ms: number };
let house: House;
let other: House;
const anna = { brand: 'main', player: 'anna' };

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = { ms: Date.parse('2026-03-11T10:00:00Z') };
  const system: System = { ...hastySystem, now: () => clock.ms };
  house = plainHouse(store, system);
  other = plainHouse(store, system);
  await richPlayer(house, 'anna', 100n);
});

const bet = (through: House, transaction: string, more: object = {}) =>
  placeBet(
    through,
    'acme',
    {
      ...{ ...anna, currency: 'ETH', transaction, round: 'r', game: 'g', gameKind: 'other' },
      ...{ amount: '10', data: {}, session: tokenOf(), ...more },
    },
    staff('acme'),
  );

const open = (through: House, currency = 'ETH', seconds = 3600) =>
  openSession(
    through,
    'acme',
    { ...anna, currency, expiresInSeconds: seconds, provider: 'acme' },
    staff('acme'),
  );

const block = (through = house) =>
  excludePlayer(through, anna, { kind: 'block', until: null }, staff('bob'));

const all = async () => {
  const texts: string[] = [];
  for await (const { data, metadata } of store.readAll()) texts.push(data, metadata);
  return texts.join('\n');
};

describe('opening a session', () => {
  it('S1 gives a token that never enters the log: it has its hash', async () => {
    const { token, session, expiresAt } = value(await open(house));
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(expiresAt).toBe('2026-03-11T11:00:00.000Z');
    expect(value(await bet(house, 't', { session: token }))).toMatchObject({ available: '90' });
    const log = await all();
    expect(log).not.toContain(token);
    expect(log).toContain(session);
    expect(log).toContain('"tokenHash"');
  });

  it('gives another token each time, and each is good in every process', async () => {
    const first = value(await open(house));
    const second = value(await open(house));
    expect(second.token).not.toBe(first.token);
    value(await bet(other, 't-1', { session: first.token }));
    value(await bet(other, 't-2', { session: second.token }));
  });

  it('L11 binds it to the currency and to the player', async () => {
    await richPlayer(house, 'bert', 100n);
    const { token } = value(await open(house, 'USDT'));
    const refused = { rejection: { code: 'session-not-found' } };
    expect(await bet(house, 't', { session: token })).toMatchObject(refused);
    expect(await bet(house, 't', { session: token, player: 'bert' })).toMatchObject(refused);
  });

  it('L5 a bet is a repeat when its session is over by the clock, and a new one is refused', async () => {
    const { token } = value(await open(house, 'ETH', 60));
    const first = value(await bet(house, 't', { session: token }));
    clock.ms += 60_000;
    expect(value(await bet(other, 't', { session: token }))).toEqual({ ...first, repeat: true });
    expect(await bet(other, 't-2', { session: token })).toMatchObject({
      rejection: { code: 'session-expired', details: { expiredAt: '2026-03-11T10:01:00.000Z' } },
    });
  });

  it('is for players and currencies that there are', async () => {
    expect(await open(house, 'DOGE')).toMatchObject({ rejection: { code: 'currency-unknown' } });
    const nobody = { brand: 'main', player: 'nobody', currency: 'ETH', expiresInSeconds: 60 };
    expect(await openSession(house, 'acme', nobody, staff('acme'))).toMatchObject({
      rejection: { code: 'player-not-found' },
    });
  });
});

describe('excluding a player', () => {
  it('L11 once it is answered no process accepts a bet, in any currency', async () => {
    value(await bet(house, 't-1'));
    value(await bet(other, 't-2'));
    expect(value(await block())).toMatchObject({ repeat: false });
    const refused = { rejection: { code: 'player-excluded', details: { kind: 'block' } } };
    for (const each of [house, other]) {
      expect(await bet(each, 't-3')).toMatchObject(refused);
      expect(await open(each, 'USDT')).toMatchObject(refused);
      expect(value(await bet(each, 't-1'))).toMatchObject({ repeat: true });
    }
    const restricted = await typesIn(store, { types: ['PlayRestricted'] });
    expect(restricted).toHaveLength(house.assets.currencies.size);
  });

  it('L11 lifted, bets are accepted again; asked for again, each is a repeat', async () => {
    value(await block());
    const before = await all();
    expect(value(await block(other))).toMatchObject({ repeat: true });
    expect(await all()).toBe(before);
    value(await readmitPlayer(other, anna, { kind: 'block' }, staff('bob')));
    value(await bet(house, 't'));
    const again = await readmitPlayer(house, anna, { kind: 'block' }, staff('bob'));
    expect(value(again)).toMatchObject({ repeat: true });
  });

  it('L6 is finished by the policy after a crash between the two streams', async () => {
    const command = { type: 'ExcludePlayer', player: anna, kind: 'block', untilMs: null } as const;
    await house.engine.execute(playerDecider, streams.player(anna), command, staff('bob'));
    value(await bet(other, 't-1'));
    const policy = heedExclusions(other);
    const run = async () => {
      for await (const event of store.readAll({ filter: policy.filter })) {
        await policy.handle(event);
      }
    };
    await run();
    expect(await bet(house, 't-2')).toMatchObject({ rejection: { code: 'player-excluded' } });
    const before = await all();
    await run();
    expect(await all()).toBe(before);
  });

  it('L11 by a policy that comes late never overrules what was said since', async () => {
    value(await block());
    value(await readmitPlayer(house, anna, { kind: 'block' }, staff('bob')));
    const policy = heedExclusions(other);
    for await (const event of store.readAll({ filter: policy.filter })) await policy.handle(event);
    value(await bet(other, 't'));
  });

  it('L11 holds in a currency that was listed only after it', async () => {
    const { currencies, ...rest } = house.assets;
    const onlyEth = new Map([...currencies].filter(([code]) => code === 'ETH'));
    value(await block({ ...house, assets: { ...rest, currencies: onlyEth } }));
    expect(await typesIn(store, { types: ['PlayRestricted'] })).toHaveLength(1);
    expect(await open(house, 'USDT')).toMatchObject({ rejection: { code: 'player-excluded' } });
  });

  it('L11 while bets come in at both processes: none that was decided after its answer', async () => {
    const placed: { index: number; ok: boolean; before: boolean }[] = [];
    let isAnswered = false;
    const bets = Array.from({ length: 60 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index % 12));
      const before = !isAnswered;
      const { ok } = await bet(index % 2 === 0 ? house : other, `t-${index}`, { amount: '1' });
      placed.push({ index, ok, before });
    });
    const excluding = block().then((answer) => {
      isAnswered = answer.ok;
    });
    await Promise.all([...bets, excluding]);
    expect(placed.filter(({ ok, before }) => ok && !before)).toEqual([]);
  });
});

describe('a limit', () => {
  it('L11 set through one process holds in the other, and a raise only after 24 hours', async () => {
    const account = { ...anna, currency: 'ETH' };
    const limit = (text: string | null) =>
      setLimit(
        house,
        account,
        { kind: 'stake', period: 'day', source: 'player', limit: text },
        staff('bob'),
      );
    expect(value(await limit('15'))).toMatchObject({
      limits: [{ kind: 'stake', period: 'day', source: 'player', limit: '15', pending: null }],
      repeat: false,
    });
    value(await bet(other, 't-1'));
    const reached = { code: 'stake-limit-reached', details: { used: '10', limit: '15' } };
    expect(await bet(other, 't-2')).toMatchObject({ rejection: reached });
    expect(value(await limit('40'))).toMatchObject({
      limits: [{ limit: '15', pending: { limit: '40', effectiveAt: '2026-03-12T10:00:00.000Z' } }],
    });
    clock.ms += 24 * HOUR_MS - 1;
    const { token } = value(await open(house));
    const much = { session: token, amount: '16' };
    expect(await bet(other, 't-3', much)).toMatchObject({ ok: false });
    clock.ms += 1;
    value(await bet(other, 't-3', much));
  });
});
