import { accept, type Decision, repeat } from '../decider.ts';
import { formatAmount, least } from '../money.ts';
import type { DepositCommand } from './commands.ts';
import type { AccountEvent } from './events.ts';
import type { AccountState } from './state.ts';

/**
 * Each epoch of a deposit (its first sighting, and one more after every reorg that took it away)
 * is credited at most once and reversed at most once. What came late or twice is a repeat.
 */
export function decideDeposit(
  command: DepositCommand,
  state: AccountState,
): Decision<AccountEvent> {
  const { account, deposit, epoch, chain, address } = command;
  const known = state.deposits.get(deposit);
  if (command.type === 'CreditDeposit') {
    if (known && (known.epoch >= epoch || known.status === 'credited')) return repeat;
    const { asset, txid, amount } = command;
    return accept({
      type: 'DepositCredited',
      data: {
        ...account,
        chain,
        address,
        deposit,
        epoch,
        asset,
        txid,
        amount: formatAmount(amount),
        repaid: formatAmount(least(state.receivable, amount)),
      },
    });
  }
  if (known?.epoch !== epoch || known.status !== 'credited') return repeat;
  const receivable = known.amount - least(known.amount, state.available);
  return accept({
    type: 'DepositReversed',
    data: {
      ...account,
      chain,
      address,
      deposit,
      epoch,
      amount: formatAmount(known.amount),
      receivable: formatAmount(receivable),
    },
  });
}
