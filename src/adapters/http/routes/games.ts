import { z } from 'zod';
import { closeRound, closeRoundInput } from '../../../commands/close-round.ts';
import { creditStakeless, creditStakelessInput } from '../../../commands/credit-stakeless.ts';
import { creditWin, creditWinInput } from '../../../commands/credit-win.ts';
import { type GameContext, type GameResult, gameResult } from '../../../commands/game.ts';
import type { Answer, House } from '../../../commands/house.ts';
import { placeBet, placeBetInput } from '../../../commands/place-bet.ts';
import { rollBack, rollBackInput } from '../../../commands/roll-back.ts';
import { asMade } from '../as-made.ts';
import { accepted, gameContext } from '../contexts.ts';
import { type Api, callerOf, type RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import type { ProblemCode } from '../problems.ts';
import {
  BET_PROBLEMS,
  CLOSE_PROBLEMS,
  CREDIT_PROBLEMS,
  GAME_PROBLEMS,
  ROLLBACK_PROBLEMS,
  WIN_PROBLEMS,
} from './game-problems.ts';

export const gameAnswer = z
  .object({ ...gameResult.shape, ...display })
  .describe('Done, now or before; the balances are those right after it, in a repeat too');

const player = { brand: 'main', player: 'p-1001', currency: 'USDT' };

type UseCase<Input> = (
  house: House,
  provider: string,
  input: Input,
  context: GameContext,
) => Promise<Answer<GameResult>>;

interface GameRoute<Body extends z.ZodType> {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly body: Body;
  readonly useCase: UseCase<z.output<Body>>;
  readonly example: Readonly<Record<string, unknown>>;
  readonly problems: readonly ProblemCode[];
}

/** Messages of game services: at least once, in any order, one effect for each transaction id. */
export function gameRoutes(app: Api, deps: RouteDeps): void {
  gameRoute(app, deps, {
    url: '/v1/bets',
    operationId: 'placeBet',
    summary: 'Debit a stake, in a live session',
    body: placeBetInput,
    useCase: placeBet,
    example: {
      ...{ transaction: 'bet-1', round: 'r-1', game: 'dice', amount: '2500000' },
      session: 'Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZWFsLXRva2U',
    },
    problems: BET_PROBLEMS,
  });
  gameRoute(app, deps, {
    url: '/v1/wins',
    operationId: 'creditWin',
    summary: 'Credit a win to a round that has a bet',
    body: creditWinInput,
    useCase: creditWin,
    example: { transaction: 'win-1', round: 'r-1', game: 'dice', bet: 'bet-1', amount: '5000000' },
    problems: WIN_PROBLEMS,
  });
  gameRoute(app, deps, {
    url: '/v1/credits',
    operationId: 'creditStakeless',
    summary: 'Credit a promotion, a prize or the win of a free round: no bet is needed',
    body: creditStakelessInput,
    useCase: creditStakeless,
    example: { transaction: 'credit-1', reason: 'tournament', amount: '5000000' },
    problems: CREDIT_PROBLEMS,
  });
  gameRoute(app, deps, {
    url: '/v1/rollbacks',
    operationId: 'rollBack',
    summary: 'Undo a bet or a win by its own amount; one not seen yet will never count',
    body: rollBackInput,
    useCase: rollBack,
    example: { transaction: 'rollback-1', target: 'bet-1' },
    problems: ROLLBACK_PROBLEMS,
  });
  gameRoute(app, deps, {
    url: '/v1/rounds/close',
    operationId: 'closeRound',
    summary: 'Close a round: it takes no bet and no win any more',
    body: closeRoundInput,
    useCase: closeRound,
    example: { transaction: 'close-1', round: 'r-1' },
    problems: CLOSE_PROBLEMS,
  });
}

function gameRoute<Body extends z.ZodType>(
  app: Api,
  { house }: RouteDeps,
  { url, operationId, summary, body, useCase, example, problems }: GameRoute<Body>,
): void {
  app.post(
    url,
    {
      config: { roles: ['game-service'], problems: [...GAME_PROBLEMS, ...problems] },
      schema: {
        operationId,
        tags: ['Games'],
        summary,
        body: body.meta({ examples: [{ ...player, ...example }] }),
        response: { 200: gameAnswer },
      },
      serializerCompiler: asMade,
    },
    async (request) => {
      const { provider } = callerOf(request);
      if (provider === null) throw new Error('a game service has no provider');
      const input = request.body as z.output<Body>;
      const value = accepted(await useCase(house, provider, input, gameContext(request)));
      const { transaction, player, currency, available, held, position, repeat } = value;
      const { decimals, display: shown } = displayOf(house.assets, currency, { available, held });
      const done = { provider, transaction, player, currency, available, held, position, repeat };
      return { decimals, display: shown, ...done };
    },
  );
}
