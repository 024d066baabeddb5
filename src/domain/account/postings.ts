import { unreachable } from '../decider.ts';
import { type LedgerAccount, ledgerAccount, type Transfer, transfer } from '../postings.ts';
import type { AccountEvent, NetworkFee } from './events.ts';
import type { StakelessReason } from './game-fields.ts';

/** What the house pays for each kind of money that needs no stake. */
const EXPENSES: Readonly<Record<StakelessReason, LedgerAccount>> = {
  promotion: ledgerAccount('promotions'),
  tournament: ledgerAccount('tournament-prizes'),
  'free-round': ledgerAccount('free-rounds'),
};
const GAMING = ledgerAccount('gaming');
const NETWORK_FEES = ledgerAccount('network-fees');

type Own = AccountEvent['data'];

const available = ({ brand, player }: Own) => ledgerAccount('available', brand, player);
const held = ({ brand, player }: Own) => ledgerAccount('held', brand, player);
const receivable = ({ brand, player }: Own) => ledgerAccount('receivable', brand, player);
const move = ({ currency }: Own, credit: LedgerAccount, debit: LedgerAccount, amount: bigint) =>
  transfer(credit, debit, currency, amount);

/** The double entry of an account's event: a pure function of the event alone. */
export function accountTransfers(event: AccountEvent): readonly Transfer[] {
  const own = event.data;
  switch (event.type) {
    case 'AccountOpened':
    case 'RollbackTombstoned':
    case 'RoundClosed':
    case 'SessionOpened':
    case 'SessionClosed':
    case 'LimitSet':
    case 'PlayRestricted':
    case 'PlayReleased':
      return [];
    case 'DepositCredited': {
      const [amount, repaid] = [BigInt(event.data.amount), BigInt(event.data.repaid)];
      const wallet = ledgerAccount('custody', event.data.chain, event.data.address);
      return [
        ...move(own, available(own), wallet, amount - repaid),
        ...move(own, receivable(own), wallet, repaid),
      ];
    }
    case 'DepositReversed': {
      const [amount, owed] = [BigInt(event.data.amount), BigInt(event.data.receivable)];
      const wallet = ledgerAccount('custody', event.data.chain, event.data.address);
      return [
        ...move(own, wallet, available(own), amount - owed),
        ...move(own, wallet, receivable(own), owed),
      ];
    }
    case 'BetDebited':
      return move(own, GAMING, available(own), BigInt(event.data.amount));
    case 'WinCredited':
    case 'BetRolledBack':
      return move(own, available(own), GAMING, BigInt(event.data.amount));
    case 'WinRolledBack': {
      const [amount, owed] = [BigInt(event.data.amount), BigInt(event.data.receivable)];
      return [
        ...move(own, GAMING, available(own), amount - owed),
        ...move(own, GAMING, receivable(own), owed),
      ];
    }
    case 'StakelessCredited':
      return move(own, available(own), EXPENSES[event.data.reason], BigInt(event.data.amount));
    case 'StakelessRolledBack': {
      const [amount, owed] = [BigInt(event.data.amount), BigInt(event.data.receivable)];
      const expense = EXPENSES[event.data.reason];
      return [
        ...move(own, expense, available(own), amount - owed),
        ...move(own, expense, receivable(own), owed),
      ];
    }
    case 'WithdrawalHeld':
      return move(own, held(own), available(own), BigInt(event.data.amount));
    case 'HoldReleased': {
      const { networkFee } = event.data;
      return [
        ...move(own, available(own), held(own), BigInt(event.data.amount)),
        ...feeTransfers(networkFee),
      ];
    }
    case 'HoldSettled': {
      const wallet = ledgerAccount('custody', event.data.chain, event.data.address);
      return [
        ...move(own, wallet, held(own), BigInt(event.data.amount)),
        ...feeTransfers(event.data.networkFee),
      ];
    }
    default:
      return unreachable(event);
  }
}

function feeTransfers(fee: NetworkFee | null): Transfer[] {
  if (fee === null) return [];
  const { chain, address, currency, amount } = fee;
  const wallet = ledgerAccount('custody', chain, address);
  return transfer(wallet, NETWORK_FEES, currency, BigInt(amount));
}
