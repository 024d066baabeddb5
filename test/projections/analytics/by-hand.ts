import type { DomainEvent } from '../../../src/domain/events.ts';
import { bucketOf } from '../../../src/projections/analytics/durations.ts';
import type { Told } from './history.ts';

/**
 * The rows as one would work them out from the whole history: looked through anew for each row.
 * Slow, plain, and written without a look at the fold, which it judges.
 */
export function rowsByHand(history: readonly Told[]): Record<string, string[]> {
  const dated = history.map((told, index) => ({ ...told, day: dateOf(history, index) }));
  const lines = dated.flatMap(({ event, day }, index) =>
    linesOf(event, history.slice(0, index)).map((line) => ({ ...line, day })),
  );
  const bets = dated.flatMap(({ event, day }) =>
    event.type === 'BetDebited' ? [{ ...event.data, day }] : [],
  );
  const firsts = dated.flatMap(({ event, day }) => firstsOf(event, day));
  const took = dated.flatMap(({ event, time, day }, index) => {
    const since = begun(history.slice(0, index), event);
    const measure = { DepositCredited: 'confirmation', HoldSettled: 'payout' }[
      event.type as string
    ];
    if (since === null || measure === undefined) return [];
    const { brand, currency, chain } = event.data as Record<string, string>;
    const ms = Math.max(0, Date.parse(time) - since.ms);
    const key = [day, measure, brand, currency, chain, bucketOf(ms)].join('|');
    return [{ key, amount: BigInt(ms) }];
  });
  return {
    facts: summed(
      lines.map(({ day, measure, where, amount }) => ({
        key: [day, measure, ...where].join('|'),
        amount,
      })),
    ),
    player_days: distinct(
      bets.map((b) =>
        [b.day, b.brand, b.player, b.currency, b.provider, b.game, b.gameKind].join('|'),
      ),
    ),
    firsts: firsts
      .filter(({ key }, index) => firsts.findIndex((other) => other.key === key) === index)
      .map(({ key, rest }) => `${key}|${rest}`)
      .sort(),
    durations: summed(took),
    waiting: stillWaiting(history),
  };
}

function dateOf(history: readonly Told[], index: number): string {
  let minutes = 0;
  for (const { event } of history.slice(0, index + 1)) {
    if (event.type === 'ReportingPolicyPublished') {
      minutes = event.data.policy.businessDayOffsetMinutes;
    }
  }
  const ms = Date.parse(history[index]?.time ?? '') + minutes * 60_000;
  return new Date(ms).toISOString().slice(0, 10);
}

interface Line {
  readonly measure: string;
  readonly where: readonly string[];
  readonly amount: bigint;
}

function linesOf(event: DomainEvent, before: readonly Told[]): Line[] {
  const d = event.data as Record<string, string | null>;
  const played = (measure: string): Line[] => [
    {
      ...{ measure, amount: BigInt(d.amount ?? 0) },
      where: [d.brand, d.currency, '', d.provider, d.game, d.gameKind].map((x) => x ?? ''),
    },
  ];
  const onChain = (measure: string, chain = d.chain ?? ''): Line[] => [
    {
      ...{ measure, amount: BigInt(d.amount ?? 0) },
      where: [d.brand ?? '', d.currency ?? '', chain, '', '', ''],
    },
  ];
  switch (event.type) {
    case 'BetDebited':
      return played('bet');
    case 'BetRolledBack':
      return played('bet-rolled-back');
    case 'WinCredited':
      return played('win');
    case 'WinRolledBack':
      return played('win-rolled-back');
    case 'StakelessCredited':
      return played(event.data.reason);
    case 'StakelessRolledBack':
      return played(`${event.data.reason}-rolled-back`);
    case 'DepositCredited':
      return onChain('deposit');
    case 'DepositReversed':
      return onChain('deposit-reversed');
    case 'WithdrawalHeld':
      return onChain('withdrawal-requested');
    case 'HoldSettled':
      return [...onChain('withdrawal-paid'), ...feeOf(event)];
    case 'HoldReleased':
      return [
        ...onChain('withdrawal-released', begun(before, event)?.chain ?? ''),
        ...feeOf(event),
      ];
    default:
      return [];
  }
}

function feeOf({ data }: Extract<DomainEvent, { type: 'HoldSettled' | 'HoldReleased' }>): Line[] {
  if (data.networkFee === null) return [];
  const { currency, chain, amount } = data.networkFee;
  const where = [data.brand, currency, chain, '', '', ''];
  return [{ measure: 'network-fee', where, amount: BigInt(amount) }];
}

function firstsOf(event: DomainEvent, day: string): { key: string; rest: string }[] {
  const d = event.data as Record<string, string>;
  const first = (measure: string, ...rest: (string | undefined)[]) => [
    { key: `${d.brand}|${d.player}|${measure}`, rest: [day, ...rest].join('|') },
  ];
  switch (event.type) {
    case 'PlayerRegistered':
      return first('registration', '', '', '', '', '', '0');
    case 'DepositCredited':
      return first('first-deposit', d.currency, d.chain, '', '', '', d.amount);
    case 'BetDebited':
      return first('first-bet', d.currency, '', d.provider, d.game, d.gameKind, d.amount);
    default:
      return [];
  }
}

/** The id that an event begins or ends. */
function idOf(event: DomainEvent): { readonly id: string; readonly begins: boolean } | null {
  switch (event.type) {
    case 'DepositDetected': {
      const { chain, txid, position, epoch } = event.data;
      return { id: `${chain}.${txid}.${position}/${epoch}`, begins: true };
    }
    case 'DepositCredited':
      return { id: `${event.data.deposit}/${event.data.epoch}`, begins: false };
    case 'WithdrawalHeld':
      return { id: event.data.withdrawal, begins: true };
    case 'HoldReleased':
    case 'HoldSettled':
      return { id: event.data.withdrawal, begins: false };
    default:
      return null;
  }
}

/** What an event ends: what began last before it under its id, unless it has ended meanwhile. */
function begun(before: readonly Told[], event: DomainEvent): { ms: number; chain: string } | null {
  const ends = idOf(event);
  if (ends === null || ends.begins) return null;
  const last = before.filter((told) => idOf(told.event)?.id === ends.id).at(-1);
  if (last === undefined || !idOf(last.event)?.begins) return null;
  const { chain } = last.event.data as { chain: string };
  return { ms: Date.parse(last.time), chain };
}

function stillWaiting(history: readonly Told[]): string[] {
  const last = new Map<string, Told>();
  for (const told of history) {
    const { id } = idOf(told.event) ?? {};
    if (id !== undefined) last.set(id, told);
  }
  return [...last]
    .filter(([, { event }]) => idOf(event)?.begins)
    .map(([id, { event, time }]) => {
      const { chain } = event.data as { chain: string };
      return `${id}|${chain}|${Date.parse(time)}`;
    })
    .sort();
}

const distinct = (keys: readonly string[]) => [...new Set(keys)].sort();

function summed(lines: readonly { readonly key: string; readonly amount: bigint }[]): string[] {
  return distinct(lines.map(({ key }) => key))
    .map((key) => {
      const mine = lines.filter((line) => line.key === key);
      const amount = mine.reduce((sum, line) => sum + line.amount, 0n);
      return `${key}|${mine.length}|${amount}`;
    })
    .sort();
}
