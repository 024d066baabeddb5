import { z } from 'zod';
import { brandId, playerId, streams } from '../domain/ids.ts';
import { playerDecider } from '../domain/player/decide.ts';
import type { CommandContext } from './engine.ts';
import { type Answer, execute, type House, type Placed, positionOf } from './house.ts';

export const registerPlayerInput = z.strictObject({
  brand: brandId.default('main'),
  player: playerId,
});

export interface RegisteredPlayer extends Placed {
  readonly brand: string;
  readonly player: string;
}

/** The revision of the event that does it. */
const REGISTERED_AT = 0;

/** Registering again is a repeat. Personal data has no place here. */
export function registerPlayer(
  house: House,
  { brand, player }: z.output<typeof registerPlayerInput>,
  context: CommandContext,
): Promise<Answer<RegisteredPlayer>> {
  const stream = streams.player({ brand, player });
  const command = { type: 'RegisterPlayer', player: { brand, player } } as const;
  return execute(house, playerDecider, stream, command, context, async (done) => ({
    ...{ brand, player, repeat: done.repeat },
    position: await positionOf(house, stream, done, REGISTERED_AT),
  }));
}
