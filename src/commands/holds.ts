import { accountDecider } from '../domain/account/decide.ts';
import type { Hold } from '../domain/account/records.ts';
import { type AccountRef, streams } from '../domain/ids.ts';
import type { House } from './house.ts';

/** What an account has set aside for one withdrawal, and what it owes. */
export interface HoldInAccount {
  readonly hold: Readonly<Hold> | undefined;
  readonly receivable: bigint;
}

/** From the account's newest state. */
export function holdOf(
  { engine }: House,
  account: AccountRef,
  withdrawal: string,
): Promise<HoldInAccount> {
  // Releasing it would need just its record.
  const needing = { type: 'ReleaseHold', account, withdrawal, reason: 'rejected' } as const;
  return engine.load(accountDecider, streams.account(account), {
    needing: { ...needing, networkFee: null },
    view: ({ holds, receivable }) => {
      const hold = holds.get(withdrawal);
      return { hold: hold && { ...hold }, receivable };
    },
  });
}
