import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { chainId, currencyCode, uuid } from '../ids.ts';
import { amount, amountOrZero } from '../money.ts';

const wallet = { chain: chainId, address: z.string() };

const funding = {
  ...wallet,
  deposit: z.string(),
  epoch: z.int().min(1),
  currency: currencyCode,
  amount,
  /** Which side of the books it stands on: the house's own funds, or nobody's yet. */
  contra: z.enum(['capital', 'suspense']),
};

/** One address of ours: its nonces, what came without a player, and what it was seen to hold. */
export const walletEvents = {
  WalletOpened: define(1, z.strictObject({ ...wallet, firstNonce: z.int().min(0) })),
  NonceAllocated: define(1, z.strictObject({ ...wallet, withdrawal: uuid, nonce: z.int().min(0) })),
  WalletFunded: define(1, z.strictObject(funding)),
  WalletFundingReversed: define(1, z.strictObject(funding)),
  /** What the chain itself said at a final block: only when it is another amount than before. */
  HoldingObserved: define(
    1,
    z.strictObject({
      ...wallet,
      /** CAIP-19. */
      asset: z.string(),
      currency: currencyCode,
      amount: amountOrZero,
      block: z.strictObject({ height: z.int().min(0), hash: z.string() }),
    }),
  ),
};

export type WalletEvent = EventOf<typeof walletEvents>;
