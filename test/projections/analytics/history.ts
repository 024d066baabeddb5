import type { Pool, PoolClient } from 'pg';
import { type DomainEvent, encodeEvent } from '../../../src/domain/events.ts';
import { deterministicId } from '../../../src/domain/ids.ts';
import type { RecordedEvent } from '../../../src/event-store.ts';
import { analytics } from '../../../src/projections/analytics/apply.ts';
import { LogEvent } from '../../../src/projections/log-event.ts';
import { createSchema } from '../../../src/projections/schema.ts';
import { transaction } from '../../../src/projections/transaction.ts';

/** The words of a casino's days: who did what, and when. */

export interface Told {
  readonly time: string;
  readonly event: DomainEvent;
}

type Data<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>['data'];

/** `at('2026-11-20T23:59', event, …)`: in that minute. */
export const at = (minute: string, ...events: readonly DomainEvent[]): Told[] =>
  events.map((event) => ({ time: `${minute}:00.000Z`, event }));

const account = { brand: 'main', player: 'p-1', currency: 'USDT' };
const custody = { chain: 'eip155:1', address: '0xAA' };
let count = 0;
const from = () => ({ ...account, provider: 'acme', transaction: `t-${++count}`, data: {} });
const dice = { game: 'dice', gameKind: 'table' } as const;
const uuid = (name: string) => deterministicId('analytics', name);

export const bet = (amount: string, change: Partial<Data<'BetDebited'>> = {}): DomainEvent => ({
  type: 'BetDebited',
  data: { ...from(), ...dice, round: 'r', session: null, amount, ...change },
});

export const win = (amount: string, change: Partial<Data<'WinCredited'>> = {}): DomainEvent => ({
  type: 'WinCredited',
  data: { ...from(), ...dice, round: 'r', bet: null, amount, ...change },
});

export const betUndone = (
  amount: string,
  change: Partial<Data<'BetRolledBack'>> = {},
): DomainEvent => ({
  type: 'BetRolledBack',
  data: { ...from(), ...dice, target: 't', round: 'r', amount, ...change },
});

export const winUndone = (
  amount: string,
  change: Partial<Data<'WinRolledBack'>> = {},
): DomainEvent => ({
  type: 'WinRolledBack',
  data: { ...from(), ...dice, target: 't', round: 'r', receivable: '0', amount, ...change },
});

export const credit = (
  amount: string,
  change: Partial<Data<'StakelessCredited'>> = {},
): DomainEvent => ({
  type: 'StakelessCredited',
  data: { ...from(), ...dice, round: null, reason: 'promotion', amount, ...change },
});

export const creditUndone = (
  amount: string,
  change: Partial<Data<'StakelessRolledBack'>> = {},
): DomainEvent => ({
  type: 'StakelessRolledBack',
  data: {
    ...from(),
    ...dice,
    target: 't',
    reason: 'promotion',
    receivable: '0',
    amount,
    ...change,
  },
});

const block = { height: 1, hash: '0x1' };
const ofDeposit = (name: string, epoch: number) => ({
  ...{ chain: custody.chain, txid: name, position: 'native', epoch },
});

export const detected = (name: string, epoch = 1, player = 'p-1'): DomainEvent => ({
  type: 'DepositDetected',
  data: {
    ...{ ...ofDeposit(name, epoch), block, address: custody.address, from: '0xBB', amount: '1' },
    ...{ owner: { brand: 'main', player }, contract: null, asset: 'a', currency: 'USDT' },
    ...{ booking: 'player', required: 1, policyVersion: 1 },
  },
});

const depositOf = (name: string, epoch: number) => ({
  ...{ ...account, ...custody, deposit: `${custody.chain}.${name}.native`, epoch },
});

export const deposited = (
  name: string,
  amount: string,
  change: Partial<Data<'DepositCredited'>> = {},
): DomainEvent => ({
  type: 'DepositCredited',
  data: { ...depositOf(name, 1), asset: 'a', txid: name, repaid: '0', amount, ...change },
});

export const reversed = (name: string, amount: string, epoch = 1): DomainEvent => ({
  type: 'DepositReversed',
  data: { ...depositOf(name, epoch), amount, receivable: '0' },
});

export const requested = (
  name: string,
  amount: string,
  change: Partial<Data<'WithdrawalHeld'>> = {},
): DomainEvent => ({
  type: 'WithdrawalHeld',
  data: {
    ...{ ...account, withdrawal: uuid(name), asset: 'a', chain: custody.chain, amount },
    ...{ destination: '0xCC', key: name, ...change },
  },
});

export const fee = { ...custody, currency: 'ETH', amount: '21000' };

export const paid = (
  name: string,
  amount: string,
  change: Partial<Data<'HoldSettled'>> = {},
): DomainEvent => ({
  type: 'HoldSettled',
  data: {
    ...{ ...account, ...custody, withdrawal: uuid(name), amount, txid: name, networkFee: fee },
    ...change,
  },
});

export const released = (
  name: string,
  amount: string,
  change: Partial<Data<'HoldReleased'>> = {},
): DomainEvent => ({
  type: 'HoldReleased',
  data: {
    ...{ ...account, withdrawal: uuid(name), amount, reason: 'rejected', networkFee: null },
    ...change,
  },
});

export const registered = (player = 'p-1', brand = 'main'): DomainEvent => ({
  type: 'PlayerRegistered',
  data: { brand, player },
});

export const rate = (
  day: string,
  value: string,
  change: Partial<Data<'RateRecorded'>> = {},
): DomainEvent => ({
  type: 'RateRecorded',
  data: {
    ...{ base: 'USDT', quote: 'EUR', day, rate: value, baseDecimals: 6, quoteDecimals: 2 },
    ...{ source: 'ecb', ...change },
  },
});

export const businessDay = (businessDayOffsetMinutes: number, version = 1): DomainEvent => ({
  type: 'ReportingPolicyPublished',
  data: { version, policy: { businessDayOffsetMinutes } },
});

/** As the log would have it; no event that isn't what its schema says gets this far. */
export function recorded(history: readonly Told[]): RecordedEvent[] {
  return history.map(({ time, event }, index) => {
    const id = uuid(`event ${index}`);
    const encoded = encodeEvent(event, {
      ...{ actor: { kind: 'system', id: 'test' }, time },
      ...{ commandId: id, causationId: id, correlationId: id },
    });
    const position = `${index + 1}`.padStart(16, '0');
    return { ...encoded, id, stream: 's', revision: index, position };
  });
}

const SCHEMA = 'told';

/** Folds a history, cut into batches of so many events, into tables that are emptied for it. */
export async function fold(pool: Pool, history: readonly Told[], size = 1_000): Promise<string> {
  await createSchema(pool, analytics, SCHEMA);
  const emptied = analytics.tableNames.map((table) => `delete from ${SCHEMA}.${table}`);
  await pool.query(emptied.join('; '));
  const events = recorded(history)
    .map((event) => LogEvent.of(event))
    .filter((event) => analytics.keyOf(event) !== null);
  const rows = analytics.open();
  for (let start = 0; start < events.length; start += size) {
    const batch = events.slice(start, start + size);
    await reading(pool, SCHEMA, async (client) => {
      await rows.load(batch, client);
      for (const event of batch) rows.apply(event);
      await rows.flush(client);
    });
  }
  return SCHEMA;
}

export function reading<Value>(
  pool: Pool,
  schema: string,
  work: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  return transaction(pool, async (client) => {
    await client.query(`set local search_path to ${schema}`);
    return work(client);
  });
}
