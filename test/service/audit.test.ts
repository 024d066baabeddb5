import { describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { MemoryKeyRegister } from '../../src/adapters/memory/key-register.ts';
import { realSystem } from '../../src/adapters/system.ts';
import { Engine } from '../../src/commands/engine.ts';
import { accountDecider } from '../../src/domain/account/decide.ts';
import { encodeEvent } from '../../src/domain/events.ts';
import { streams } from '../../src/domain/ids.ts';
import { staff } from '../support/house.ts';
import { auditLog, compareWithTold } from './audit.ts';
import type { Told } from './callers.ts';

/** Goal: the judge of the kill test is no rubber stamp. Method: tell it things that aren't so. */
const account = { brand: 'main', player: 'p-1', currency: 'USDT' };
const stream = streams.account(account);
const provider = 'acme-games';
const bet = { transaction: 'bet-1', round: 'r-1', game: 'dice', amount: '300' };
const kept = { gameKind: 'other', data: {} } as const;
const tokenHash = 'a'.repeat(64);
const session = '11111111-1111-4111-8111-111111111111';

async function logWithOneBet(): Promise<MemoryEventStore> {
  const store = new MemoryEventStore();
  const engine = new Engine({ store, keys: new MemoryKeyRegister(), system: realSystem });
  const deposit = { deposit: 'c.1.0', epoch: 1, chain: 'eip155:1', address: 'a', asset: 'x' };
  const credit = { type: 'CreditDeposit', account, ...deposit, txid: '1', amount: 1000n } as const;
  const placed = { ...bet, ...kept, session: tokenHash, amount: 300n };
  const place = { type: 'PlaceBet', account, provider, ...placed } as const;
  const expiresAtMs = realSystem.now() + 60_000;
  const used = { deviceRef: null, networkRef: null };
  const opening = { account, provider, session, tokenHash, expiresAtMs, ...used };
  const open = { type: 'OpenSession', ...opening } as const;
  await engine.execute(accountDecider, stream, credit, staff('test'));
  await engine.execute(accountDecider, stream, open, staff('test'));
  await engine.execute(accountDecider, stream, place, staff('test'));
  return store;
}

const told = (parts: Partial<Told>, body: Record<string, string> = {}) => {
  const message = { path: '/v1/bets', body: { ...bet, ...body } } as const;
  return new Map([['bet-1', { message, accepted: [], refused: [], ...parts }]]);
};

describe('the judge', () => {
  it('accepts what is so, and a repeat of it', async () => {
    const audit = await auditLog(await logWithOneBet());
    const [position] = [...audit.effects.values()].map((effect) => effect.position);
    const answer = { position, available: '700', held: '0' };
    expect(audit.faults).toEqual([]);
    expect(audit.available.get('p-1')).toBe(700n);
    const answers = [
      { ...answer, repeat: true },
      { ...answer, repeat: false },
    ];
    expect(compareWithTold(audit, told({ accepted: answers }))).toEqual([]);
  });

  it('finds an effect that stands twice, and money from nowhere', async () => {
    const store = await logWithOneBet();
    const data = { ...account, provider, ...bet, ...kept, session };
    const metadata = { ...staff('test'), time: '2026-01-01T00:00:00.000Z' };
    const twice = { id: realSystem.uuid(), ...encodeEvent({ type: 'BetDebited', data }, metadata) };
    await store.append([{ stream, expectedRevision: 3, events: [twice] }]);
    expect((await auditLog(store)).faults).toEqual(['acme-games bet-1 stands twice']);
  });

  it('finds every difference between an answer and the log', async () => {
    const audit = await auditLog(await logWithOneBet());
    const [position] = [...audit.effects.values()].map((effect) => effect.position);
    const right = { position, available: '700', held: '0', repeat: false };
    const faultsOf = (parts: Partial<Told>, body?: Record<string, string>) =>
      compareWithTold(audit, told(parts, body)).length;
    expect(faultsOf({ accepted: [right] })).toBe(0);
    expect(faultsOf({ accepted: [{ ...right, available: '701' }] })).toBe(1);
    expect(faultsOf({ accepted: [{ ...right, position: '1' }] })).toBe(1);
    expect(faultsOf({ accepted: [right, { ...right, held: '1', repeat: true }] })).toBe(1);
    expect(faultsOf({ accepted: [right, right] })).toBe(1);
    expect(faultsOf({ accepted: [] })).toBe(1);
    expect(faultsOf({ accepted: [right] }, { amount: '301' })).toBe(1);
    expect(compareWithTold(audit, new Map())).toHaveLength(1);
    const nothing = { ...audit, effects: new Map() };
    expect(compareWithTold(nothing, told({ accepted: [right] }))).toHaveLength(1);
    expect(compareWithTold(nothing, told({ accepted: [] }))).toEqual([]);
  });
});
