import { z } from 'zod';
import { accountDecider } from '../domain/account/decide.ts';
import { brandId, currencyCode, playerId, streams, uuid } from '../domain/ids.ts';
import type { CommandContext } from './engine.ts';
import {
  type Answer,
  execute,
  type House,
  missingPlayer,
  no,
  type Placed,
  positionOf,
} from './house.ts';

export const closeSessionInput = z.strictObject({
  brand: brandId.default('main'),
  player: playerId,
  currency: currencyCode,
  session: uuid.meta({ description: 'Its id, not its token' }),
});

export interface ClosedSession extends Placed {
  readonly session: string;
}

/** No bet is taken in it any more. `provider` null: staff, who may close anybody's. */
export async function closeSession(
  house: House,
  provider: string | null,
  { brand, player, currency, session }: z.output<typeof closeSessionInput>,
  context: CommandContext,
): Promise<Answer<ClosedSession>> {
  if (!house.assets.currencies.has(currency)) return no('currency-unknown', { currency });
  const account = { brand, player, currency };
  const missing = await missingPlayer(house, account);
  if (missing) return missing;
  const stream = streams.account(account);
  return execute(
    house,
    accountDecider,
    stream,
    { type: 'CloseSession', account, session, provider },
    context,
    async (done) => ({
      session,
      position: await positionOf(house, stream, done),
      repeat: done.repeat,
    }),
  );
}
