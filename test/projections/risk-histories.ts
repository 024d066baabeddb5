import fc from 'fast-check';
import { defaultRiskRules } from '../../src/config/risk-rules.ts';
import { type DomainEvent, encodeEvent } from '../../src/domain/events.ts';
import { deterministicId, streams } from '../../src/domain/ids.ts';
import type { RecordedEvent } from '../../src/event-store.ts';

/** An event of a made-up history, and when it happened. */
export interface Happened {
  readonly event: DomainEvent;
  readonly timeMs: number;
}

const BRAND = 'main';
const chain = 'eip155:1';
const player = fc.constantFrom('p-1', 'p-2', 'p-3');
const currency = fc.constantFrom('USDT', 'ETH');
const amount = fc.integer({ min: 1, max: 5_000 }).map(String);
const address = fc.constantFrom('0xA', '0xB', '0xC', '0xD');
const ref = (of: string) => fc.option(fc.constantFrom(`${of}-1-of-a-kind-`, `${of}-2-of-a-kind-`));
const gameKind = fc.constantFrom('slot', 'table', 'crash');

const account = fc.record({ player, currency }).map((of) => ({ brand: BRAND, ...of }));
const game = { provider: 'acme', round: 'r', game: 'dice', data: {} };

const made = (type: string, fields: fc.Arbitrary<object>) =>
  fc.tuple(account, fields).map(([of, data]) => ({ type, data: { ...of, ...data } }));

const transaction = fc.uuid();

const money = fc.oneof(
  {
    weight: 5,
    arbitrary: made(
      'BetDebited',
      fc.record({ transaction, amount, gameKind }).map((f) => ({ ...game, ...f, session: null })),
    ),
  },
  made(
    'WinCredited',
    fc.record({ transaction, amount, gameKind }).map((f) => ({ ...game, ...f, bet: null })),
  ),
  made(
    'BetRolledBack',
    fc
      .record({ transaction, amount, gameKind: fc.option(gameKind) })
      .map(({ gameKind: kind, ...f }) => ({
        ...{ provider: 'acme', round: 'r', data: {}, target: 't', ...f },
        ...{ game: kind && 'dice', gameKind: kind },
      })),
  ),
  made(
    'StakelessCredited',
    fc
      .record({ transaction, amount, gameKind })
      .map((f) => ({ ...game, ...f, reason: 'promotion' as const })),
  ),
  made(
    'DepositCredited',
    amount.map((of) => ({
      ...{ chain, address: '0xOurs', deposit: 'd', epoch: 1, asset: 'a', txid: 't' },
      ...{ amount: of, repaid: '0' },
    })),
  ),
);

const links = fc.oneof(
  made(
    'SessionOpened',
    fc
      .record({ session: fc.uuid(), deviceRef: ref('device'), networkRef: ref('network') })
      .map((f) => ({
        ...{ ...f, provider: 'acme', tokenHash: 'a'.repeat(64) },
        expiresAt: '2027-01-01T00:00:00.000Z',
      })),
  ),
  fc.tuple(player, address, amount).map(([of, from, paid]) => ({
    type: 'DepositDetected',
    data: {
      ...{ chain, txid: 't', position: 'log.0', epoch: 1, block: { height: 1, hash: '0x' } },
      ...{ address: '0xOurs', from, owner: { brand: BRAND, player: of }, contract: null },
      ...{ asset: 'a', currency: 'USDT', amount: paid, booking: 'player' },
      ...{ required: 1, policyVersion: 1 },
    },
  })),
  made(
    'WithdrawalRequested',
    fc.record({ withdrawal: fc.uuid(), destination: address, amount }).map((f) => ({
      ...{ ...f, chain, asset: 'a', contract: null, feeCap: '1', requester: 'x' },
      contentHash: 'a'.repeat(64),
    })),
  ),
);

const rules = fc
  .tuple(fc.constantFrom('active', 'shadow'), fc.integer({ min: 20, max: 100 }))
  .map(([mode, holdFrom]) => ({
    type: 'RiskRulesPublished',
    data: { mode, reason: 'why', ruleSet: { ...defaultRiskRules(), reviewFrom: 20, holdFrom } },
  }));
const ended = fc.constant({ type: 'RiskShadowEnded', data: { reason: 'why' } });

/** Of three players who share a little; rules come, change and go. Versions count up. */
export const histories: fc.Arbitrary<Happened[]> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 12, arbitrary: money },
        { weight: 9, arbitrary: links },
        { weight: 2, arbitrary: rules },
        { weight: 1, arbitrary: ended },
      ),
      fc.oneof(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 200_000_000 })),
    ),
    { minLength: 30, maxLength: 60 },
  )
  .map((steps) => {
    let [timeMs, version, shadow] = [Date.parse('2026-01-01T00:00:00Z'), 0, 0];
    return steps.flatMap(([{ type, data }, later]) => {
      timeMs += later;
      if (type === 'RiskShadowEnded' && shadow === 0) return [];
      if (type === 'RiskRulesPublished') version++;
      const isShadow = 'mode' in data && data.mode === 'shadow';
      const of = type === 'RiskShadowEnded' ? shadow : version;
      if (type === 'RiskShadowEnded') shadow = 0;
      if (isShadow) shadow = version;
      const whole = type.startsWith('Risk') ? { version: of, ...data } : data;
      return [{ event: { type, data: whole } as DomainEvent, timeMs }];
    });
  });

/** As a store would give it. */
export function recorded(history: readonly Happened[]): RecordedEvent[] {
  return history.map(({ event, timeMs }, place) => {
    const id = deterministicId('history', `${place}`);
    const time = new Date(timeMs).toISOString();
    const actor = { kind: 'system', id: 'test' } as const;
    const ids = { commandId: id, causationId: id, correlationId: id };
    const encoded = encodeEvent(event, { actor, time, ...ids });
    const position = String(place + 1).padStart(16, '0');
    return { id, stream: streams.policy('any'), revision: place, position, ...encoded };
  });
}
