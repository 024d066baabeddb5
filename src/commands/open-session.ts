import { z } from 'zod';
import { accountDecider } from '../domain/account/decide.ts';
import { brandId, currencyCode, opaqueRef, playerId, providerId, streams } from '../domain/ids.ts';
import { hashOf } from '../domain/play/token.ts';
import { playerDecider } from '../domain/player/decide.ts';
import { isoTime } from '../system.ts';
import type { CommandContext } from './engine.ts';
import { type Answer, execute, type House, no, type Placed, positionOf } from './house.ts';
import { heed } from './policies/heed-exclusions.ts';

const LONGEST_SECONDS = 24 * 3600;
const DEFAULT_SECONDS = 4 * 3600;

export const openSessionInput = z.strictObject({
  brand: brandId.default('main'),
  player: playerId,
  currency: currencyCode,
  provider: providerId
    .optional()
    .meta({ description: 'The game service; it may leave its own name out' }),
  expiresInSeconds: z.int().min(1).max(LONGEST_SECONDS).default(DEFAULT_SECONDS),
  /** Of the player's device and network, as the game service knows them: they show who shares. */
  deviceRef: opaqueRef.optional(),
  networkRef: opaqueRef.optional(),
});

export interface OpenedSession extends Placed {
  readonly session: string;
  /** A secret, told this once: the log has only its hash. */
  readonly token: string;
  readonly provider: string;
  readonly brand: string;
  readonly player: string;
  readonly currency: string;
  readonly expiresAt: string;
}

/**
 * Gives a game service the right to take bets of one player in one currency. Each call opens
 * another one: whoever lost an answer asks again, and the oldest of too many is closed.
 */
export async function openSession(
  house: House,
  provider: string,
  { brand, player, currency, expiresInSeconds, ...used }: z.output<typeof openSessionInput>,
  context: CommandContext,
): Promise<Answer<OpenedSession>> {
  const { engine, assets, system } = house;
  if (!assets.currencies.has(currency)) return no('currency-unknown', { currency });
  const owner = { brand, player };
  const { registered, exclusions } = await engine.load(playerDecider, streams.player(owner));
  if (!registered) return no('player-not-found', owner);
  const account = { ...owner, currency };
  // The currency may be younger than the exclusion, which its account then never heard of.
  for (const exclusion of exclusions) await heed(house, account, exclusion, context);
  const session = system.uuid();
  const token = system.token();
  const expiresAtMs = system.now() + expiresInSeconds * 1000;
  const stream = streams.account(account);
  return execute(
    house,
    accountDecider,
    stream,
    {
      type: 'OpenSession',
      ...{ account, session, provider, expiresAtMs },
      tokenHash: hashOf(token),
      deviceRef: used.deviceRef ?? null,
      networkRef: used.networkRef ?? null,
    },
    context,
    async (done) => ({
      ...{ session, token, provider, ...account, repeat: done.repeat },
      position: await positionOf(house, stream, done),
      expiresAt: isoTime(expiresAtMs),
    }),
  );
}
