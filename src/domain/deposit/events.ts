import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { brandId, chainId, currencyCode, playerId } from '../ids.ts';
import { amount } from '../money.ts';

const block = z.strictObject({ height: z.int().min(0), hash: z.string() });

const deposit = {
  chain: chainId,
  txid: z.string(),
  position: z.string(),
  /** 1, and one more each time that a reorg took it away and it was mined again. */
  epoch: z.int().min(1),
};

/** Where the money goes in the books once it is deep enough. */
const booking = z.enum(['player', 'capital', 'suspense', 'none']);

/** What a chain showed of one transfer to one of our addresses. */
export const depositEvents = {
  DepositDetected: define(
    1,
    z.strictObject({
      ...deposit,
      block,
      address: z.string(),
      from: z.string(),
      /** Null when the address is a wallet of the house. */
      owner: z.strictObject({ brand: brandId, player: playerId }).nullable(),
      contract: z.string().nullable(),
      /** CAIP-19 and currency; null for a token that isn't in the registry. */
      asset: z.string().nullable(),
      currency: currencyCode.nullable(),
      amount,
      booking,
      /** Confirmations before it is booked, and the version of the policy that said so. */
      required: z.int().min(1),
      policyVersion: z.int().min(0),
    }),
  ),
  /** It won't reach the player, and why. The money is still tracked to its end. */
  DepositRejected: define(
    1,
    z.strictObject({
      ...deposit,
      reason: z.enum(['unlisted-asset', 'below-minimum', 'internal']),
    }),
  ),
  DepositConfirmed: define(
    1,
    z.strictObject({
      ...deposit,
      confirmations: z.int().min(1),
      required: z.int().min(1),
      head: block,
    }),
  ),
  DepositFinalised: define(1, z.strictObject({ ...deposit, finalized: block })),
  DepositOrphaned: define(1, z.strictObject({ ...deposit, block })),
};

export type DepositEvent = EventOf<typeof depositEvents>;
export type Booking = z.output<typeof booking>;
