import type { Projection } from '../projection.ts';
import { foldWallets } from './fold.ts';

/** What the books say each address holds, beside what the chain says. */
export const wallets: Projection = {
  name: 'wallets',
  version: 1,
  types: [
    'DepositDetected',
    'DepositFinalised',
    'DepositOrphaned',
    'DepositCredited',
    'DepositReversed',
    'WalletFunded',
    'WalletFundingReversed',
    'HoldReleased',
    'HoldSettled',
    'HoldingObserved',
  ],
  tables: new URL('./tables.sql', import.meta.url),
  tableNames: ['wallets', 'wallet_deposits'],
  /** A whole chain: an event of a deposit needn't name its address. */
  keyOf({ event }) {
    if (event.type === 'HoldReleased') return event.data.networkFee?.chain ?? null;
    return 'chain' in event.data ? event.data.chain : null;
  },
  open: foldWallets,
};
