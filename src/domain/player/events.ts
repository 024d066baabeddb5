import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { brandId, chainId, playerId } from '../ids.ts';

const player = { brand: brandId, player: playerId };

/** Ids only: whatever names a person is kept beside the log. */
export const playerEvents = {
  PlayerRegistered: define(1, z.strictObject(player)),
  /** The player's for ever: it is never given to another, and never stops being watched. */
  DepositAddressAssigned: define(
    1,
    z.strictObject({
      ...player,
      chain: chainId,
      index: z.int().min(0),
      address: z.string(),
    }),
  ),
};

/** Which index below a chain's extended public key belongs to whom. */
export const addressEvents = {
  AddressIndexAllocated: define(
    1,
    z.strictObject({ ...player, chain: chainId, index: z.int().min(0) }),
  ),
};

export type PlayerEvent = EventOf<typeof playerEvents>;
export type AddressEvent = EventOf<typeof addressEvents>;
