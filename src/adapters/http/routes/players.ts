import { z } from 'zod';
import {
  assignDepositAddress,
  assignDepositAddressInput,
} from '../../../commands/assign-deposit-address.ts';
import { missingPlayer } from '../../../commands/house.ts';
import { registerPlayer, registerPlayerInput } from '../../../commands/register-player.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import {
  asOf,
  playerPath,
  position,
  reading,
  readOptions,
  repeat,
  signedAmount,
} from '../schemas.ts';

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

const balances = z
  .object({
    ...asOf,
    brand: z.string(),
    player: z.string(),
    balances: z.array(
      z.object({
        currency: z.string(),
        available: signedAmount,
        held: signedAmount,
        receivable: signedAmount,
        ...display,
        position,
      }),
    ),
  })
  .describe('One balance for each currency that the player has an account in');

export function playerRoutes(app: Api, deps: RouteDeps): void {
  registrationRoutes(app, deps);
  balanceRoute(app, deps);
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

function balanceRoute(app: Api, { house, readModels }: RouteDeps): void {
  app.get(
    '/v1/players/:brand/:player/balances',
    {
      config: {
        roles: ['game-service', 'back-office', 'auditor'],
        problems: ['player-not-found', 'read-model-behind'],
      },
      schema: {
        operationId: 'readBalances',
        tags: ['Players'],
        summary: "A player's balances",
        params: playerPath,
        querystring: reading,
        response: { 200: balances },
      },
    },
    async ({ params, query }) => {
      const missing = await missingPlayer(house, params);
      if (missing) accepted(missing);
      const { value, ...at } = await readModels.balances(params, readOptions(query.waitFor));
      const rows = value.map(({ currency, available, held, receivable, position }) => ({
        ...{ currency, available, held, receivable, position },
        ...displayOf(house.assets, currency, { available, held, receivable }),
      }));
      return { ...at, ...params, balances: rows };
    },
  );
}
