import { z } from 'zod';
import {
  assignDepositAddress,
  assignDepositAddressInput,
} from '../../../commands/assign-deposit-address.ts';
import { registerPlayer, registerPlayerInput } from '../../../commands/register-player.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { playerPath, position, repeat } from '../schemas.ts';

const registered = z
  .object({ brand: z.string(), player: z.string(), position, repeat })
  .describe('The player is registered');

const depositAddress = z
  .object({
    brand: z.string(),
    player: z.string(),
    chain: z.string(),
    address: z.string().meta({ examples: ['0x8ba1f109551bD432803012645Ac136ddd64DBA72'] }),
    position,
    repeat,
  })
  .describe('The address belongs to the player for ever');

export function playerRoutes(app: Api, deps: RouteDeps): void {
  registrationRoutes(app, deps);
}

function registrationRoutes(app: Api, { house, system }: RouteDeps): void {
  app.post(
    '/v1/players',
    {
      config: { roles: ['game-service', 'back-office'] },
      schema: {
        operationId: 'registerPlayer',
        tags: ['Players'],
        summary: 'Register a player by an id; nothing personal',
        body: registerPlayerInput.meta({ examples: [{ brand: 'main', player: 'p-1001' }] }),
        response: { 200: registered, 201: registered },
      },
    },
    async (request, reply) => {
      const context = commandContext(request, system);
      const value = accepted(await registerPlayer(house, request.body, context));
      return reply.code(value.repeat ? 200 : 201).send(value);
    },
  );

  app.post(
    '/v1/players/:brand/:player/deposit-addresses',
    {
      config: {
        roles: ['game-service', 'back-office'],
        problems: ['player-not-found', 'chain-unknown'],
      },
      schema: {
        operationId: 'assignDepositAddress',
        tags: ['Players'],
        summary: "The player's one address on a chain",
        params: playerPath,
        body: assignDepositAddressInput
          .pick({ chain: true })
          .meta({ examples: [{ chain: 'eip155:31337' }] }),
        response: { 200: depositAddress, 201: depositAddress },
      },
    },
    async (request, reply) => {
      const input = { ...request.params, ...request.body };
      const context = commandContext(request, system);
      const value = accepted(await assignDepositAddress(house, input, context));
      return reply.code(value.repeat ? 200 : 201).send(value);
    },
  );
}
