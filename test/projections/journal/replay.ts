import { postings } from '../../../src/domain/events.ts';
import { CHART, type LedgerClass } from '../../../src/domain/postings.ts';
import type { Point } from '../../../src/projections/ledger-reads.ts';
import type { Happening } from './history.ts';

interface Standing {
  readonly balance: bigint;
  readonly position: string;
}

export interface Leg {
  readonly entry: number;
  readonly position: string;
  readonly time: string;
  readonly type: string;
  readonly account: string;
  readonly contra: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly balance: bigint;
}

/** The books after one event, from nothing but what stood in the log by then. */
export interface Moment {
  readonly position: string;
  readonly time: string;
  /** How many transfers there were. */
  readonly entries: number;
  readonly moves: boolean;
  /** Its time counts: it moves money, or says that a time is over. */
  readonly tells: boolean;
  /** By `<account> <currency>`. */
  readonly accounts: ReadonlyMap<string, Standing>;
}

export interface Replay {
  readonly moments: readonly Moment[];
  readonly legs: readonly Leg[];
  /** The last moment that belongs to it; undefined: before the first. Null: not settled yet. */
  asOf(point: Point): Moment | undefined | null;
}

/** A second opinion: every event from the first, leg by leg, all accounts copied each time. */
export function replay(history: readonly Happening[], positions: readonly string[]): Replay {
  let accounts = new Map<string, Standing>();
  let entries = 0;
  const legs: Leg[] = [];
  const moments = history.map(({ event, time }, index): Moment => {
    accounts = new Map(accounts);
    const position = positions[index] ?? '';
    if (event.type === 'AccountOpened') {
      const { brand, player, currency } = event.data;
      accounts.set(`available:${brand}/${player} ${currency}`, { balance: 0n, position });
    }
    const own = postings(event);
    own.forEach(({ account, currency, amount }, leg) => {
      if (leg % 2 === 0) entries++;
      const key = `${account} ${currency}`;
      const balance = (accounts.get(key)?.balance ?? 0n) + amount;
      accounts.set(key, { balance, position });
      const contra = own[leg % 2 === 0 ? leg + 1 : leg - 1]?.account ?? '';
      const at = { entry: entries, position, time, type: event.type };
      legs.push({ ...at, account, contra, currency, amount, balance });
    });
    const moves = own.length > 0;
    return {
      position,
      time,
      entries,
      moves,
      tells: moves || event.type === 'TimePassed',
      accounts,
    };
  });
  const asOf: Replay['asOf'] = (point) => {
    if ('position' in point) return moments.findLast(({ position }) => position <= point.position);
    const time = new Date(point.time).toISOString();
    const later = moments.findIndex((moment) => moment.tells && moment.time > time);
    if (later === -1) return null;
    return moments.slice(0, later).findLast(({ moves }) => moves);
  };
  return { moments, legs, asOf };
}

/** What `balances` should say of a player. */
export function balancesOf(
  { accounts }: Moment,
  { brand, player }: { brand: string; player: string },
) {
  return ['ETH', 'USDT'].flatMap((currency) => {
    const of = (kind: LedgerClass) => accounts.get(`${kind}:${brand}/${player} ${currency}`);
    const own = (Object.keys(CHART) as LedgerClass[]).flatMap((kind) => of(kind) ?? []);
    if (own.length === 0) return [];
    const receivable = of('receivable')?.balance ?? 0n;
    return {
      ...{ brand, player, currency, bonus: '0', frozen: receivable > 0n },
      available: `${-(of('available')?.balance ?? 0n)}`,
      held: `${-(of('held')?.balance ?? 0n)}`,
      receivable: `${receivable}`,
      position: own
        .map(({ position }) => position)
        .sort()
        .at(-1),
    };
  });
}
