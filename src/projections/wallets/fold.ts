import { type DomainEvent, postings } from '../../domain/events.ts';
import { depositId } from '../../domain/ids.ts';
import type { LedgerClass } from '../../domain/postings.ts';
import type { Fold, ProjectedEvent } from '../projection.ts';
import { KeyedRows, rowKey } from '../rows/keyed-rows.ts';
import { emptyWallet, ON_THEIR_WAY, type OnItsWay, WALLETS, type Wallet } from './rows.ts';

type Of<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;

/** The deposit and epoch that an event is about; null: about none. */
function onItsWayKey({ data }: DomainEvent): string | null {
  if (!('epoch' in data)) return null;
  const deposit = 'deposit' in data ? data.deposit : depositId(data);
  return rowKey(deposit, `${data.epoch}`);
}

/** The addresses, by currency, that an event itself names. */
function walletKeys(event: DomainEvent): string[] {
  const { data } = event;
  const own =
    'address' in data && 'currency' in data && 'chain' in data && data.currency !== null
      ? [rowKey(data.chain, data.address, data.currency)]
      : [];
  return [...own, ...custodyLegs(event).map(({ key }) => key)];
}

const CUSTODY = 'custody:' satisfies `${LedgerClass}:`;

function custodyLegs(event: DomainEvent): { key: string; amount: bigint }[] {
  return postings(event).flatMap(({ account, currency, amount }) => {
    if (!account.startsWith(CUSTODY)) return [];
    const [chain = '', address = ''] = account.slice(CUSTODY.length).split('/');
    return [{ key: rowKey(chain, address, currency), amount }];
  });
}

export function foldWallets(): Fold {
  const wallets = new KeyedRows<Wallet>(WALLETS);
  const deposits = new KeyedRows<OnItsWay>(ON_THEIR_WAY);
  const walletAt = (key: string): Wallet => {
    const [chain = '', address = '', currency = ''] = key.split('\0');
    return wallets.get(key) ?? emptyWallet(chain, address, currency);
  };
  const save = (key: string, wallet: Wallet, of: ProjectedEvent) =>
    wallets.set(key, explained(wallet, of));

  return {
    async load(batch, client) {
      await deposits.load(() => batch.flatMap(({ event }) => onItsWayKey(event) ?? []), client);
      const keysOf = ({ event }: ProjectedEvent) => {
        const key = onItsWayKey(event);
        const deposit = key === null ? undefined : deposits.get(key);
        const known = deposit ? [walletOf(chainOf(event), deposit)] : [];
        return [...walletKeys(event), ...known];
      };
      await wallets.load(() => batch.flatMap(keysOf), client);
    },
    apply(of) {
      const { event } = of;
      for (const { key, amount } of custodyLegs(event)) {
        const wallet = walletAt(key);
        wallet.booked += amount;
        save(key, wallet, of);
      }
      if (event.type === 'HoldingObserved') {
        const { chain, address, currency } = event.data;
        const key = rowKey(chain, address, currency);
        save(key, observed(walletAt(key), event, of.time), of);
      }
      const key = onItsWayKey(event);
      if (key === null) return;
      const before = deposits.get(key);
      const after = onward(before, event);
      if (after) deposits.set(key, after);
      else if (before) deposits.delete(key);
      const deposit = after ?? before;
      if (!deposit) return;
      const walletKey = walletOf(chainOf(event), deposit);
      const wallet = walletAt(walletKey);
      if (event.type === 'DepositDetected') {
        wallet.brand = event.data.owner?.brand ?? null;
        wallet.player = event.data.owner?.player ?? null;
      }
      count(wallet, before, -1n);
      count(wallet, after, 1n);
      // Nothing will ever be booked for it: it stays an explained difference.
      if (isForgotten(event, before)) wallet.unbooked += before?.amount ?? 0n;
      save(walletKey, wallet, of);
    },
    async flush(client) {
      await wallets.flush(client);
      await deposits.flush(client);
    },
    get pending() {
      return wallets.pending + deposits.pending;
    },
  };
}

function explained(wallet: Wallet, { position, time }: ProjectedEvent): Wallet {
  const { observed, booked, ahead, behind, unbooked } = wallet;
  // Where the chain never said anything, there was nothing, or nobody asked yet.
  wallet.unexplained = (observed ?? 0n) - (booked - ahead + behind + unbooked);
  if (wallet.unexplained === 0n) wallet.unexplainedSince = null;
  else wallet.unexplainedSince ??= time;
  wallet.position = position;
  return wallet;
}

const walletOf = (chain: string, { address, currency }: OnItsWay) =>
  rowKey(chain, address, currency);

function chainOf({ type, data }: DomainEvent): string {
  if ('chain' in data) return data.chain;
  throw new Error(`${type} is of no chain`);
}

function observed(wallet: Wallet, { data }: Of<'HoldingObserved'>, time: string): Wallet {
  wallet.observed = BigInt(data.amount);
  wallet.height = data.block.height;
  wallet.hash = data.block.hash;
  wallet.observedAt = time;
  return wallet;
}

const isForgotten = ({ type }: DomainEvent, before: OnItsWay | undefined) =>
  type === 'DepositFinalised' && before?.booking === 'none';

/** How much the books are ahead of, or behind, what is final on chain because of a deposit. */
function count(wallet: Wallet, deposit: OnItsWay | undefined, sign: bigint): void {
  if (!deposit) return;
  const { amount, booked, final } = deposit;
  if (booked && !final) wallet.ahead += sign * amount;
  if (final && !booked) wallet.behind += sign * amount;
}

/** What is still on its way after the event; undefined when it is booked and final, or gone. */
function onward(before: OnItsWay | undefined, event: DomainEvent): OnItsWay | undefined {
  if (event.type === 'DepositDetected') {
    const { data } = event;
    const { epoch, address, currency, amount, booking } = data;
    if (currency === null) return undefined;
    const deposit = depositId(data);
    const common = { deposit, epoch, address, currency, booking, booked: false, final: false };
    return { ...common, amount: BigInt(amount) };
  }
  // An asset that isn't listed, or an end that came twice.
  if (!before) return undefined;
  switch (event.type) {
    case 'DepositCredited':
    case 'WalletFunded':
      return before.final ? undefined : { ...before, booked: true };
    case 'DepositFinalised':
      return before.booked || before.booking === 'none' ? undefined : { ...before, final: true };
    case 'DepositOrphaned':
      // What was booked stays booked until it is reversed.
      return before.booked ? before : undefined;
    case 'DepositReversed':
    case 'WalletFundingReversed':
      return undefined;
    default:
      return before;
  }
}
