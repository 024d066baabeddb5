import { batchResult, runBatch, runBatchInput } from '../../../commands/run-batch.ts';
import { asMade } from '../as-made.ts';
import { accepted, gameContext } from '../contexts.ts';
import { type Api, callerOf, type RouteDeps } from '../deps.ts';
import { display, displayOf } from '../display.ts';
import {
  BET_PROBLEMS,
  CLOSE_PROBLEMS,
  CREDIT_PROBLEMS,
  GAME_PROBLEMS,
  ROLLBACK_PROBLEMS,
  WIN_PROBLEMS,
} from './game-problems.ts';

export const batchAnswer = batchResult
  .extend(display)
  .describe('Done, now or before; each result has the balances right after its message');

const PROBLEMS = [
  ...new Set([
    ...GAME_PROBLEMS,
    ...BET_PROBLEMS,
    ...WIN_PROBLEMS,
    ...CREDIT_PROBLEMS,
    ...ROLLBACK_PROBLEMS,
    ...CLOSE_PROBLEMS,
  ]),
];

const play = { round: 'r-2', game: 'dice' };
const EXAMPLE = {
  ...{ brand: 'main', player: 'p-1001', currency: 'USDT' },
  messages: [
    { type: 'credit', transaction: 'batch-1', reason: 'promotion', amount: '1000000' },
    {
      ...{ type: 'bet', transaction: 'batch-2', ...play, amount: '2500000' },
      session: 'Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZWFsLXRva2U',
    },
    { type: 'win', transaction: 'batch-3', ...play, bet: 'batch-2', amount: '5000000' },
    { type: 'round-close', transaction: 'batch-4', round: 'r-2' },
  ],
};

/** Several messages for one account in one append: all of them, or none. */
export function batchRoutes(app: Api, { house }: RouteDeps): void {
  app.post(
    '/v1/batches',
    {
      config: { roles: ['game-service'], problems: PROBLEMS },
      schema: {
        operationId: 'runBatch',
        tags: ['Games'],
        summary: 'Up to 100 messages for one account: all, or none. A refusal says its index',
        body: runBatchInput.meta({ examples: [EXAMPLE] }),
        response: { 200: batchAnswer },
      },
      serializerCompiler: asMade,
    },
    async (request) => {
      const { provider } = callerOf(request);
      if (provider === null) throw new Error('a game service has no provider');
      const value = accepted(await runBatch(house, provider, request.body, gameContext(request)));
      const { currency, available, held } = value;
      const { decimals, display: shown } = displayOf(house.assets, currency, { available, held });
      return { decimals, display: shown, ...value };
    },
  );
}
