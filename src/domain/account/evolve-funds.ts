import type { AccountState, Of } from './state.ts';

export function evolveDeposit(
  state: AccountState,
  { type, data }: Of<'DepositCredited' | 'DepositReversed'>,
  revision: number,
): void {
  const { deposit, epoch } = data;
  const amount = BigInt(data.amount);
  if (type === 'DepositCredited') {
    const repaid = BigInt(data.repaid);
    state.available += amount - repaid;
    state.receivable -= repaid;
  } else {
    const receivable = BigInt(data.receivable);
    state.available -= amount - receivable;
    state.receivable += receivable;
  }
  const record = {
    epoch,
    amount,
    revision,
    status: type === 'DepositCredited' ? 'credited' : 'reversed',
  } as const;
  // Throws where only the archive knows whether there is one.
  state.deposits.get(deposit);
  state.deposits.add(deposit, record);
}

export function evolveHold(
  state: AccountState,
  { type, data }: Of<'WithdrawalHeld' | 'HoldReleased' | 'HoldSettled'>,
  revision: number,
): void {
  const amount = BigInt(data.amount);
  if (type === 'WithdrawalHeld') {
    const { withdrawal, asset, destination } = data;
    state.available -= amount;
    state.held += amount;
    const { available, held } = state;
    const status = 'held' as const;
    const hold = { asset, destination, amount, revision, available, held, status };
    state.holds.add(withdrawal, hold);
    return;
  }
  state.held -= amount;
  if (type === 'HoldReleased') state.available += amount;
  const status = type === 'HoldReleased' ? 'released' : 'settled';
  state.holds.change(data.withdrawal, (hold) => ({ ...hold, status }));
}
