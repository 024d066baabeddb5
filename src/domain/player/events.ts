import { z } from 'zod';
import { define, type EventOf } from '../event-definition.ts';
import { brandId, chainId, playerId } from '../ids.ts';
import { exclusionKind } from './exclusions.ts';

const player = { brand: brandId, player: playerId };
/** Counts what was ever said of this player's exclusions. */
const change = z.int().min(1);

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
  /** Kept from playing, never from what is the player's own. `until` null: without an end. */
  PlayerExcluded: define(
    1,
    z.strictObject({
      ...player,
      kind: exclusionKind,
      until: z.iso.datetime({ precision: 3 }).nullable(),
      change,
    }),
  ),
  PlayerReadmitted: define(1, z.strictObject({ ...player, kind: exclusionKind, change })),
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
