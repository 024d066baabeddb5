import { unreachable } from '../decider.ts';
import { type LedgerClass, ledgerAccount, type Transfer, transfer } from '../postings.ts';
import type { AccountEvent, NetworkFee } from './events.ts';
import type { StakelessReason } from './game-fields.ts';

/** What the house pays for each kind of money that needs no stake. */
const EXPENSES: Readonly<Record<StakelessReason, LedgerClass>> = {
  promotion: 'promotions',
  tournament: 'tournament-prizes',
  'free-round': 'free-rounds',
};

/** The double entry of an account's event: a pure function of the event alone. */
export function accountTransfers(event: AccountEvent): readonly Transfer[] {
  const { brand, player, currency } = event.data;
  const available = () => ledgerAccount('available', brand, player);
  const held = () => ledgerAccount('held', brand, player);
  const receivable = () => ledgerAccount('receivable', brand, player);
  const move = (credit: string, debit: string, amount: bigint) =>
    transfer(credit, debit, currency, amount);
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
      return [...move(available(), wallet, amount - repaid), ...move(receivable(), wallet, repaid)];
    }
    case 'DepositReversed': {
      const [amount, owed] = [BigInt(event.data.amount), BigInt(event.data.receivable)];
      const wallet = ledgerAccount('custody', event.data.chain, event.data.address);
      return [...move(wallet, available(), amount - owed), ...move(wallet, receivable(), owed)];
    }
    case 'BetDebited':
      return move('gaming', available(), BigInt(event.data.amount));
    case 'WinCredited':
    case 'BetRolledBack':
      return move(available(), 'gaming', BigInt(event.data.amount));
    case 'WinRolledBack': {
      const [amount, owed] = [BigInt(event.data.amount), BigInt(event.data.receivable)];
      return [...move('gaming', available(), amount - owed), ...move('gaming', receivable(), owed)];
    }
    case 'StakelessCredited':
      return move(available(), EXPENSES[event.data.reason], BigInt(event.data.amount));
    case 'StakelessRolledBack': {
      const [amount, owed] = [BigInt(event.data.amount), BigInt(event.data.receivable)];
      const expense = EXPENSES[event.data.reason];
      return [...move(expense, available(), amount - owed), ...move(expense, receivable(), owed)];
    }
    case 'WithdrawalHeld':
      return move(held(), available(), BigInt(event.data.amount));
    case 'HoldReleased': {
      const { networkFee } = event.data;
      return [...move(available(), held(), BigInt(event.data.amount)), ...feeTransfers(networkFee)];
    }
    case 'HoldSettled': {
      const wallet = ledgerAccount('custody', event.data.chain, event.data.address);
      return [
        ...move(wallet, held(), BigInt(event.data.amount)),
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
  return transfer(wallet, 'network-fees', currency, BigInt(amount));
}
