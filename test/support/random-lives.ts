import { depositId, deterministicId, streams } from '../../src/domain/ids.ts';
import { event, type Placed } from './sample-log.ts';

/*
 * Lives of deposits and withdrawals as they could have been, interleaved at random, on two
 * addresses and a wallet that pays. A life is a generator that yields one event after another, and
 * keeps the chain's own account of what each address holds at final blocks.
 */

type Random = () => number;
type Life = Generator<Placed>;

const CHAIN = 'eip155:1';
const HOT = 'hot';
const OWNER = { brand: 'main', player: 'p-1001' };

/** What the chain would say, by address and currency. */
export type Truth = Map<string, bigint>;

const move = (truth: Truth, address: string, amount: bigint) =>
  truth.set(address, (truth.get(address) ?? 0n) + amount);

function* deposit(name: string, random: Random, truth: Truth): Life {
  const ref = { chain: CHAIN, txid: `0x${name}`, position: 'log.0' };
  const id = depositId(ref);
  const isHouse = random() < 0.3;
  const address = isHouse ? HOT : `player-${Math.floor(random() * 2)}`;
  const booking = ['player', 'suspense', 'none'][Math.floor(random() * 3)] ?? 'none';
  const bookedTo = isHouse && booking === 'player' ? 'capital' : booking;
  const amount = `${1 + Math.floor(random() * 1_000)}`;
  const common = { address, currency: 'USDT', amount };
  const on = (type: Parameters<typeof event>[0], change: object): Placed => ({
    stream: streams.deposit(ref),
    event: event(type, { ...ref, ...change }),
  });
  const book = (epoch: number, isReversal: boolean): Placed => {
    const data = { ...common, deposit: id, epoch, chain: CHAIN };
    if (bookedTo === 'player') {
      const type = isReversal ? 'DepositReversed' : 'DepositCredited';
      const none = isReversal ? { receivable: '0' } : { repaid: '0' };
      const stream = streams.account({ ...OWNER, currency: 'USDT' });
      return { stream, event: event(type, { ...data, ...none }) };
    }
    const type = isReversal ? 'WalletFundingReversed' : 'WalletFunded';
    const stream = streams.wallet(CHAIN, address);
    return { stream, event: event(type, { ...data, contra: bookedTo }) };
  };

  for (let epoch = 1; ; epoch++) {
    const owner = isHouse ? null : OWNER;
    yield on('DepositDetected', { ...common, epoch, owner, booking: bookedTo });
    if (bookedTo === 'suspense') yield on('DepositRejected', { epoch });
    yield on('DepositConfirmed', { epoch, confirmations: 1 });
    const books = bookedTo !== 'none' && random() < 0.7;
    if (books) yield book(epoch, false);
    if (epoch < 3 && random() < 0.4) {
      yield on('DepositOrphaned', { epoch });
      if (books) yield book(epoch, true);
      if (random() < 0.3) return;
      continue;
    }
    move(truth, address, BigInt(amount));
    yield on('DepositFinalised', { epoch });
    if (!books && bookedTo !== 'none') yield book(epoch, false);
    return;
  }
}

function* withdrawal(name: string, random: Random, truth: Truth): Life {
  const id = deterministicId('random-life', name);
  const amount = `${1 + Math.floor(random() * 500)}`;
  const on = (type: Parameters<typeof event>[0], change: object = {}): Placed => ({
    stream: streams.withdrawal(id),
    event: event(type, { withdrawal: id, ...change }),
  });
  const onAccount = (type: Parameters<typeof event>[0], change: object): Placed => ({
    stream: streams.account({ ...OWNER, currency: 'USDT' }),
    event: event(type, { withdrawal: id, amount, currency: 'USDT', ...change }),
  });
  const release = (reason: string, networkFee: object | null) =>
    onAccount('HoldReleased', { reason, networkFee });
  yield onAccount('WithdrawalHeld', {});
  yield on('WithdrawalRequested', { amount, ...OWNER });
  yield on('VerificationChecked');
  yield on('WithdrawalPutUnderReview');
  while (random() < 0.3) {
    yield on('WithdrawalPutOnHold');
    yield on('WithdrawalTakenOffHold');
  }
  if (random() < 0.3) {
    const isCancelled = random() < 0.5;
    yield on(isCancelled ? 'WithdrawalCancelled' : 'WithdrawalRejected');
    return yield release(isCancelled ? 'cancelled' : 'rejected', null);
  }
  yield on('WithdrawalApproved', { approvals: 1, approvalsRequired: 1 });
  yield on('PayoutAllocated', { wallet: HOT });
  yield on('PayoutSigned', { wallet: HOT });
  if (random() < 0.8) yield on('PayoutBroadcast');
  yield on('PayoutSeen');
  while (random() < 0.3) {
    yield on('PayoutOrphaned');
    yield on('PayoutSeen');
  }
  const fee = { chain: CHAIN, address: HOT, currency: 'ETH', amount: '7' };
  move(truth, `${HOT} ETH`, -7n);
  if (random() < 0.3) {
    yield on('PayoutReverted');
    yield release('reverted', fee);
    return yield on('WithdrawalFailed');
  }
  move(truth, HOT, -BigInt(amount));
  yield on('PayoutConfirmed');
  yield onAccount('HoldSettled', { chain: CHAIN, address: HOT, networkFee: fee });
  yield on('WithdrawalCompleted');
}

/** So many lives at once, and what the chain says now and then; at the end it says all. */
export function randomLives(count: number, random: Random): Placed[] {
  const truth: Truth = new Map();
  const lives = Array.from({ length: count }, (_, index) =>
    random() < 0.6 ? deposit(`d${index}`, random, truth) : withdrawal(`w${index}`, random, truth),
  );
  const placed: Placed[] = [];
  let height = 0;
  const observe = (wallet: string) => {
    const [address = '', currency = 'USDT'] = wallet.split(' ');
    // The node can't show less than nothing; the wallet that pays had enough from the beginning.
    const amount = `${(truth.get(wallet) ?? 0n) + PLENTY}`;
    const block = { height: ++height, hash: `0x${height}` };
    const data = { chain: CHAIN, address, currency, amount, block };
    placed.push({ stream: streams.wallet(CHAIN, address), event: event('HoldingObserved', data) });
  };
  while (lives.length > 0) {
    const index = Math.floor(random() * lives.length);
    const next = lives[index]?.next();
    if (next?.value) placed.push(next.value);
    if (next?.done) lives.splice(index, 1);
    const wallets = [...truth.keys()];
    if (random() < 0.1 && wallets.length > 0) {
      observe(wallets[Math.floor(random() * wallets.length)] ?? HOT);
    }
  }
  for (const wallet of truth.keys()) observe(wallet);
  return placed;
}

/** In no book: what every wallet is seen to hold beyond its movements. */
export const PLENTY = 1_000_000n;
