import { accept, type Decision, refuse, repeat } from '../decider.ts';
import { formatAmount } from '../money.ts';
import { insufficientFunds, rejection } from '../rejections.ts';
import type { HoldCommand, HoldWithdrawal } from './commands.ts';
import type { AccountEvent } from './events.ts';
import type { AccountState } from './state.ts';

/** A hold is made by the request itself, and settled or released exactly once. */
export function decideHold(command: HoldCommand, state: AccountState): Decision<AccountEvent> {
  if (command.type === 'HoldWithdrawal') return holdWithdrawal(command, state);
  const { account, withdrawal } = command;
  const hold = state.holds.get(withdrawal);
  if (!hold) return refuse(rejection('withdrawal-not-found', { withdrawal }));
  const amount = formatAmount(hold.amount);
  const wanted = command.type === 'ReleaseHold' ? 'released' : 'settled';
  if (hold.status === wanted) return repeat;
  if (hold.status !== 'held') {
    throw new Error(`the hold of withdrawal ${withdrawal} is ${hold.status}, so never ${wanted}`);
  }
  if (command.type === 'ReleaseHold') {
    const { reason, networkFee } = command;
    return accept({
      type: 'HoldReleased',
      data: { ...account, withdrawal, amount, reason, networkFee },
    });
  }
  const { chain, address, txid, networkFee } = command;
  return accept({
    type: 'HoldSettled',
    data: { ...account, withdrawal, amount, chain, address, txid, networkFee },
  });
}

function holdWithdrawal(command: HoldWithdrawal, state: AccountState): Decision<AccountEvent> {
  const { account, withdrawal, asset, chain, destination, key, amount } = command;
  const earlier = state.holds.get(withdrawal);
  if (earlier) {
    const { asset: first, destination: to } = earlier;
    if (first === asset && to === destination && earlier.amount === amount) return repeat;
    return refuse(rejection('key-reused', { key, withdrawal }));
  }
  if (state.receivable > 0n) {
    return refuse(rejection('account-flagged', { receivable: formatAmount(state.receivable) }));
  }
  if (state.available < amount) {
    return refuse(insufficientFunds(state, amount));
  }
  return accept({
    type: 'WithdrawalHeld',
    data: {
      ...account,
      withdrawal,
      asset,
      chain,
      destination,
      key,
      amount: formatAmount(amount),
    },
  });
}
