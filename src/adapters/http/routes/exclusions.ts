import { z } from 'zod';
import {
  type ChangedExclusions,
  excludePlayer,
  excludePlayerInput,
  readmitPlayer,
  readmitPlayerInput,
} from '../../../commands/exclude-player.ts';
import type { Answer } from '../../../commands/house.ts';
import { missingPlayer } from '../../../commands/house.ts';
import { streams } from '../../../domain/ids.ts';
import { playerDecider } from '../../../domain/player/decide.ts';
import { type Exclusion, exclusionKind, isInForce } from '../../../domain/player/exclusions.ts';
import { isoTime } from '../../../system.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { asOf, playerPath, position, repeat, time } from '../schemas.ts';

const exclusions = z
  .array(
    z.object({
      kind: exclusionKind,
      until: time.nullable().meta({ description: 'Null: without an end' }),
    }),
  )
  .meta({ description: 'Those in force' });

const who = { brand: z.string(), player: z.string() };
const read = z.object({ ...asOf, ...who, exclusions }).describe('What keeps the player out now');
const changed = z
  .object({ ...who, exclusions, position, repeat })
  .describe('In force in every account: no bet is accepted anywhere any more');
const lifted = z.object({ ...who, exclusions, position, repeat }).describe('Lifted, now or before');

const shown = (all: readonly Exclusion[], nowMs: number) =>
  all
    .filter((exclusion) => isInForce(exclusion, nowMs))
    .map(({ kind, untilMs }) => ({ kind, until: untilMs === null ? null : isoTime(untilMs) }));

/** Blocks, cool-offs and self-exclusions: they stop bets, and nothing that is the player's own. */
export function exclusionRoutes(app: Api, deps: RouteDeps): void {
  const { house, system } = deps;
  app.get(
    '/v1/players/:brand/:player/exclusions',
    {
      config: { roles: ['back-office', 'auditor'], problems: ['player-not-found'] },
      schema: {
        operationId: 'readExclusions',
        tags: ['Players'],
        summary: "What keeps a player from playing, from the player's own stream",
        params: playerPath,
        response: { 200: read },
      },
    },
    async ({ params }) => {
      const missing = await missingPlayer(house, params);
      if (missing) accepted(missing);
      const head = await house.store.head();
      const { exclusions } = await house.engine.load(playerDecider, streams.player(params));
      const nowMs = system.now();
      const at = { position: head, time: isoTime(nowMs) };
      return { ...at, ...params, exclusions: shown(exclusions, nowMs) };
    },
  );
  changingRoutes(app, deps);
}

function changingRoutes(app: Api, { house, system }: RouteDeps): void {
  const answerOf = (player: z.output<typeof playerPath>, answer: Answer<ChangedExclusions>) => {
    const { exclusions, position, repeat } = accepted(answer);
    return { ...player, exclusions: shown(exclusions, system.now()), position, repeat };
  };

  app.post(
    '/v1/players/:brand/:player/exclusions',
    {
      config: {
        roles: ['back-office'],
        problems: ['player-not-found', 'term-not-in-future', 'exclusion-stands'],
      },
      schema: {
        operationId: 'excludePlayer',
        tags: ['Players'],
        summary: 'Keep a player from playing: a cool-off, a self-exclusion or a block',
        params: playerPath,
        body: excludePlayerInput.meta({
          examples: [{ kind: 'self-exclusion', until: '2030-01-01T00:00:00Z' }],
        }),
        response: { 200: changed },
      },
    },
    async (request) => {
      const { params, body } = request;
      const context = commandContext(request, system);
      return answerOf(params, await excludePlayer(house, params, body, context));
    },
  );

  app.post(
    '/v1/players/:brand/:player/exclusions/lift',
    {
      config: { roles: ['back-office'], problems: ['player-not-found', 'exclusion-stands'] },
      schema: {
        operationId: 'readmitPlayer',
        tags: ['Players'],
        summary: 'Lift a block; what players asked for themselves ends with its term',
        params: playerPath,
        body: readmitPlayerInput.meta({ examples: [{ kind: 'block' }] }),
        response: { 200: lifted },
      },
    },
    async (request) => {
      const { params, body } = request;
      const context = commandContext(request, system);
      return answerOf(params, await readmitPlayer(house, params, body, context));
    },
  );
}
