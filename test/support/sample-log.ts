import { readdirSync, readFileSync } from 'node:fs';
import type { DomainEvent } from '../../src/domain/events.ts';
import { depositId, streams } from '../../src/domain/ids.ts';

export interface Placed {
  readonly stream: string;
  readonly event: DomainEvent;
}

/** By type, in the newest version: that stands last. */
const golden = new Map(
  readdirSync(new URL('../golden/events/', import.meta.url))
    .toSorted()
    .map((file) => {
      const text = readFileSync(new URL(`../golden/events/${file}`, import.meta.url), 'utf8');
      const { type, data } = JSON.parse(text);
      return [type as string, data as Record<string, unknown>];
    }),
);

/** A golden event in its newest version, with other values in some fields. */
export function event(
  type: DomainEvent['type'],
  change: Record<string, unknown> = {},
): DomainEvent {
  const data = golden.get(type);
  if (!data) throw new Error(`no golden ${type}`);
  return { type, data: { ...data, ...change } } as unknown as DomainEvent;
}

/** Risk rules, two deposits (one orphaned and mined again), bets, two withdrawals, interleaved. */
export const lifeOfAPlayer = (): Placed[] => [
  ...life(),
  { stream: streams.wallet('eip155:1', 'hot'), event: event('HoldingObserved') },
];

function life(): Placed[] {
  const account = streams.account({ brand: 'main', player: 'p-1001', currency: 'USDT' });
  const chain = 'eip155:1';
  const first = { chain, txid: `0x${'ab'.repeat(32)}`, position: 'log.0' };
  const dust = { ...first, position: 'log.1' };
  const other = '6f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10';
  const onAccount = (type: DomainEvent['type'], change = {}): Placed => ({
    stream: account,
    event: event(type, change),
  });
  const onDeposit = (ref: typeof first, type: DomainEvent['type'], change = {}): Placed => ({
    stream: streams.deposit(ref),
    event: event(type, { position: ref.position, ...change }),
  });
  const onWithdrawal = (type: DomainEvent['type'], withdrawal?: string): Placed => ({
    stream: streams.withdrawal(withdrawal ?? String(golden.get('WithdrawalHeld')?.withdrawal)),
    event: event(type, withdrawal ? { withdrawal } : {}),
  });
  const wallet = (type: DomainEvent['type'], change = {}): Placed => ({
    stream: streams.wallet(chain, 'hot'),
    event: event(type, { deposit: depositId(dust), contra: 'suspense', ...change }),
  });
  const rules = (type: DomainEvent['type'], change = {}): Placed => ({
    stream: streams.policy('risk'),
    event: event(type, change),
  });
  return [
    rules('RiskRulesPublished'),
    onDeposit(first, 'DepositDetected'),
    onDeposit(dust, 'DepositDetected', { booking: 'suspense', amount: '5' }),
    onDeposit(dust, 'DepositRejected'),
    onDeposit(first, 'DepositConfirmed', { confirmations: 1 }),
    onDeposit(first, 'DepositConfirmed'),
    onAccount('AccountOpened'),
    onAccount('DepositCredited'),
    onDeposit(first, 'DepositOrphaned'),
    onAccount('DepositReversed', { receivable: '0' }),
    onDeposit(first, 'DepositDetected', { epoch: 2 }),
    onDeposit(first, 'DepositConfirmed', { epoch: 2 }),
    onAccount('DepositCredited', { epoch: 2 }),
    onDeposit(dust, 'DepositConfirmed'),
    wallet('WalletFunded', { amount: '5' }),
    onAccount('SessionOpened'),
    onAccount('BetDebited'),
    rules('RiskRulesPublished', { version: 2, mode: 'shadow' }),
    onAccount('WinCredited'),
    onAccount('WithdrawalHeld'),
    onAccount('WithdrawalHeld', { withdrawal: other, amount: '1000000' }),
    onWithdrawal('WithdrawalRequested'),
    onWithdrawal('WithdrawalRequested', other),
    onWithdrawal('VerificationChecked'),
    onWithdrawal('WithdrawalPutUnderReview', other),
    onWithdrawal('WithdrawalPutUnderReview'),
    onWithdrawal('WithdrawalApproved'),
    onWithdrawal('WithdrawalRejected', other),
    onAccount('HoldReleased', {
      ...{ withdrawal: other, amount: '1000000', reason: 'rejected', networkFee: null },
    }),
    onWithdrawal('PayoutAllocated'),
    onWithdrawal('PayoutSigned'),
    onWithdrawal('PayoutBroadcast'),
    onWithdrawal('PayoutSeen'),
    onWithdrawal('PayoutConfirmed'),
    onAccount('HoldSettled'),
    onWithdrawal('WithdrawalCompleted'),
    onDeposit(first, 'DepositFinalised', { epoch: 2 }),
    onAccount('RoundClosed'),
    rules('RiskShadowEnded'),
  ];
}
