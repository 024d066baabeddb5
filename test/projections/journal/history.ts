import type { MemoryEventStore } from '../../../src/adapters/event-store/memory.ts';
import { type DomainEvent, encodeEvent } from '../../../src/domain/events.ts';
import { deterministicId, streams } from '../../../src/domain/ids.ts';
import { NO_STREAM } from '../../../src/event-store.ts';

const CHAIN = 'eip155:31337';
const HOT = '0xH07';
const PLAYERS = [
  ['main', 'p-1'],
  ['main', 'p-2'],
  ['other', 'p-1'],
  ['other', 'p-3'],
] as const;
const CURRENCIES = ['ETH', 'USDT'] as const;
const START_MS = Date.UTC(2026, 0, 31, 23, 59, 50);

interface Account {
  readonly ref: { readonly brand: string; readonly player: string; readonly currency: string };
  available: bigint;
  held: bigint;
  receivable: bigint;
}

export interface Happening {
  readonly stream: string;
  readonly event: DomainEvent;
  /** Nearly in order: two processes' clocks differ by some milliseconds. */
  readonly time: string;
}

/** Whatever may happen to money, at random, by the rules of the account. */
export function randomHistory(random: () => number, count: number): Happening[] {
  const accounts = PLAYERS.flatMap(([brand, player]) =>
    CURRENCIES.map((currency): Account => {
      return { ref: { brand, player, currency }, available: 0n, held: 0n, receivable: 0n };
    }),
  );
  const opened = new Set<Account>();
  const history: Happening[] = [];
  let ms = START_MS;
  for (let n = 0; history.length < count; n++) {
    const account = accounts[Math.floor(random() * accounts.length)] as Account;
    ms += Math.floor(random() * 20);
    const time = new Date(ms - Math.floor(random() * 8)).toISOString();
    const add = (event: DomainEvent, stream = streams.account(account.ref)) =>
      history.push({ stream, event, time });
    if (!opened.has(account)) {
      opened.add(account);
      add({ type: 'AccountOpened', data: account.ref });
    } else if (random() < 0.04) {
      add(funded(random, n), streams.wallet(CHAIN, HOT));
    } else if (random() < 0.05) {
      const ahead = new Date(ms + Math.floor(random() * 60) - 30).toISOString();
      const event: DomainEvent = { type: 'TimePassed', data: { settles: time } };
      history.push({ stream: streams.clock(), event, time: ahead });
    } else {
      const event = step(account, random, n);
      if (event) add(event);
    }
  }
  return history;
}

/** One unit in the eighteenth place counts, beside amounts that no float holds. */
const amountOf = (random: () => number): bigint =>
  10n ** BigInt(Math.floor(random() * 22)) + BigInt(Math.floor(random() * 1_000_000));

function funded(random: () => number, n: number): DomainEvent {
  return {
    type: random() < 0.8 ? 'WalletFunded' : 'WalletFundingReversed',
    data: {
      ...{ chain: CHAIN, address: HOT, deposit: `funding-${n}`, epoch: 1, currency: 'ETH' },
      ...{ amount: `${amountOf(random)}`, contra: random() < 0.5 ? 'capital' : 'suspense' },
    },
  };
}

function step(account: Account, random: () => number, n: number): DomainEvent | null {
  const { ref } = account;
  const dice = random();
  const game = { ...ref, provider: 'acme', transaction: `t-${n}`, round: `r-${n}`, data: {} };
  const kind = { game: 'dice', gameKind: 'other' as const };
  const custody = { chain: CHAIN, address: `0x${ref.player}` };
  const part = (whole: bigint) => (whole * BigInt(1 + Math.floor(random() * 99))) / 100n;
  if (dice < 0.15) return deposited(account, amountOf(random), custody, n);
  if (dice < 0.2) return reversed(account, amountOf(random), custody, n);
  if (dice < 0.5) {
    const amount = part(account.available);
    if (amount === 0n) return null;
    account.available -= amount;
    return { type: 'BetDebited', data: { ...game, ...kind, session: null, amount: `${amount}` } };
  }
  if (dice < 0.75) {
    const amount = amountOf(random);
    account.available += amount;
    return { type: 'WinCredited', data: { ...game, ...kind, bet: null, amount: `${amount}` } };
  }
  if (dice < 0.8) return { type: 'RoundClosed', data: game };
  if (dice < 0.9) return held(account, part(account.available), n);
  return released(account, part(account.held), random, n);
}

function deposited(account: Account, amount: bigint, custody: object, n: number): DomainEvent {
  const repaid = amount < account.receivable ? amount : account.receivable;
  account.available += amount - repaid;
  account.receivable -= repaid;
  const deposit = { deposit: `d-${n}`, epoch: 1, asset: 'a', txid: `0x${n}` };
  const data = { ...account.ref, ...custody, ...deposit, amount: `${amount}`, repaid: `${repaid}` };
  return { type: 'DepositCredited', data } as DomainEvent;
}

function reversed(account: Account, amount: bigint, custody: object, n: number): DomainEvent {
  const owed = amount > account.available ? amount - account.available : 0n;
  account.available -= amount - owed;
  account.receivable += owed;
  const deposit = { deposit: `d-${n}`, epoch: 1, amount: `${amount}`, receivable: `${owed}` };
  const data = { ...account.ref, ...custody, ...deposit };
  return { type: 'DepositReversed', data } as DomainEvent;
}

const withdrawalOf = (n: number) => deterministicId('withdrawal', `${n}`);

function held(account: Account, amount: bigint, n: number): DomainEvent | null {
  if (amount === 0n) return null;
  account.available -= amount;
  account.held += amount;
  const to = { asset: 'a', chain: CHAIN, destination: '0xBB', key: `k-${n}` };
  const withdrawal = withdrawalOf(n);
  return {
    type: 'WithdrawalHeld',
    data: { ...account.ref, withdrawal, amount: `${amount}`, ...to },
  };
}

function released(
  account: Account,
  amount: bigint,
  random: () => number,
  n: number,
): DomainEvent | null {
  if (amount === 0n) return null;
  const isPaid = random() < 0.5;
  account.held -= amount;
  if (!isPaid) account.available += amount;
  const wallet = { chain: CHAIN, address: HOT };
  const fee = { ...wallet, currency: 'ETH', amount: `${amountOf(random)}` };
  const networkFee = random() < 0.7 ? fee : null;
  const data = { ...account.ref, withdrawal: withdrawalOf(n), amount: `${amount}`, networkFee };
  return isPaid
    ? { type: 'HoldSettled', data: { ...data, ...wallet, txid: `0x${n}` } }
    : { type: 'HoldReleased', data: { ...data, reason: 'rejected' } };
}

export async function appendHistory(
  store: MemoryEventStore,
  history: readonly Happening[],
): Promise<void> {
  const revisions = new Map<string, number>();
  for (const { stream, event, time } of history) {
    const expectedRevision = revisions.get(stream) ?? NO_STREAM;
    const id = deterministicId('history', stream, `${expectedRevision}`);
    const actor = { kind: 'system', id: 'history' } as const;
    const causes = { commandId: id, causationId: id, correlationId: id };
    const encoded = encodeEvent(event, { actor, time, ...causes });
    const events = [{ id, ...encoded }];
    const [outcome] = await store.append([{ stream, expectedRevision, events }]);
    if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome');
    revisions.set(stream, expectedRevision + 1);
  }
}
