import { z } from 'zod';
import { closeSession, closeSessionInput } from '../../../commands/close-session.ts';
import { openSession, openSessionInput } from '../../../commands/open-session.ts';
import { sessionToken } from '../../../domain/play/token.ts';
import { accepted, commandContext } from '../contexts.ts';
import { type Api, callerOf, type RouteDeps } from '../deps.ts';
import { invalidInput, Problem } from '../problems.ts';
import { position, repeat, time } from '../schemas.ts';

const session = z.string().meta({ examples: ['6f0c1e0a-7a55-4d1e-9f0e-2b8b6b1b6a10'] });

const opened = z
  .object({
    session,
    token: sessionToken,
    provider: z.string(),
    brand: z.string(),
    player: z.string(),
    currency: z.string(),
    expiresAt: time,
    position,
    repeat,
  })
  .describe('Bets carry the token, which is told this once');

const closed = z
  .object({ session, position, repeat })
  .describe('No bet is taken in it any more; wins and rollbacks never needed it');

const used = { deviceRef: 'd-5f0c1e0a7a554d1e', networkRef: 'n-2b8b6b1b6a10f3c4' };
const account = { brand: 'main', player: 'p-1001', currency: 'USDT' };

/** The right of a game service to take a player's bets. */
export function sessionRoutes(app: Api, { house, system }: RouteDeps): void {
  app.post(
    '/v1/sessions',
    {
      config: {
        roles: ['game-service', 'back-office'],
        problems: [
          ...(['player-not-found', 'currency-unknown'] as const),
          ...(['player-excluded', 'session-time-limit-reached'] as const),
        ],
      },
      schema: {
        operationId: 'openSession',
        tags: ['Games'],
        summary: 'Open a session: bets of this player, in this currency, at this game service',
        body: openSessionInput.meta({
          examples: [{ ...account, expiresInSeconds: 14_400, ...used }],
        }),
        response: { 201: opened },
      },
    },
    async (request, reply) => {
      const { provider: own } = callerOf(request);
      const { provider = own } = request.body;
      if (provider === null) {
        const message = 'must name the game service';
        throw invalidInput([{ field: 'provider', message, in: 'body' }]);
      }
      // A game service opens sessions for itself only.
      if (own !== null && own !== provider) throw new Problem('forbidden');
      const context = commandContext(request, system);
      const value = accepted(await openSession(house, provider, request.body, context));
      return reply.code(201).send(value);
    },
  );

  app.post(
    '/v1/sessions/close',
    {
      config: {
        roles: ['game-service', 'back-office'],
        problems: [
          ...(['player-not-found', 'currency-unknown'] as const),
          ...(['session-not-found', 'session-of-another-provider'] as const),
        ],
      },
      schema: {
        operationId: 'closeSession',
        tags: ['Games'],
        summary: 'Close a session: it takes no bet any more',
        body: closeSessionInput.meta({
          examples: [{ ...account, session: '6f0c1e0a-7a55-4d1e-9f0e-2b8b6b1b6a10' }],
        }),
        response: { 200: closed },
      },
    },
    async (request) => {
      const { provider } = callerOf(request);
      const context = commandContext(request, system);
      return accepted(await closeSession(house, provider, request.body, context));
    },
  );
}
