import { z } from 'zod';
import { limitsOf, setLimit, setLimitInput } from '../../../commands/set-limit.ts';
import { limitKind, limitPeriod, limitSource } from '../../../domain/play/events.ts';
import type { LimitsNow } from '../../../domain/play/overview.ts';
import { isoTime } from '../../../system.ts';
import { accepted, commandContext } from '../contexts.ts';
import type { Api, RouteDeps } from '../deps.ts';
import { accountPath, asOf, position, repeat, signedAmount, time } from '../schemas.ts';
import { checkAccount } from './accounts.ts';

const value = signedAmount.nullable().meta({
  description: 'Smallest unit, as text; of session time, whole minutes. Null: no limit',
  examples: ['5000000'],
});

const limits = {
  brand: z.string(),
  player: z.string(),
  currency: z.string(),
  limits: z.array(
    z.object({
      kind: limitKind,
      period: limitPeriod,
      source: limitSource,
      limit: value,
      pending: z
        .object({ limit: value, effectiveAt: time })
        .nullable()
        .meta({ description: 'What it becomes: higher, or none, only after 24 hours' }),
    }),
  ),
  usage: z.array(
    z.object({
      kind: limitKind,
      period: limitPeriod,
      used: signedAmount.meta({
        description: 'In the period that runs. A loss below zero is a gain',
      }),
      limit: value,
      resetsAt: time,
    }),
  ),
};

const read = z.object({ ...asOf, ...limits }).describe('Limits, and what is used of them now');
const set = z.object({ ...limits, position, repeat }).describe('Set, now or before');

const copyOf = ({ limits, usage }: LimitsNow) => ({ limits: [...limits], usage: [...usage] });

/** What a player may lose, stake, deposit and play: by day, week (from Monday) and month, UTC. */
export function limitRoutes(app: Api, deps: RouteDeps): void {
  const { house, system } = deps;
  app.get(
    '/v1/accounts/:brand/:player/:currency/limits',
    {
      config: {
        roles: ['back-office', 'auditor'],
        problems: ['player-not-found', 'currency-unknown'],
      },
      schema: {
        operationId: 'readLimits',
        tags: ['Accounts'],
        summary: 'The limits of an account and what is used of them, as the engine has them',
        params: accountPath,
        response: { 200: read },
      },
    },
    async ({ params }) => {
      await checkAccount(deps, params);
      const head = await house.store.head();
      const now = await limitsOf(house, params);
      const at = { position: head, time: isoTime(system.now()) };
      return { ...at, ...params, ...copyOf(now) };
    },
  );

  app.post(
    '/v1/accounts/:brand/:player/:currency/limits',
    {
      config: { roles: ['back-office'], problems: ['player-not-found', 'currency-unknown'] },
      schema: {
        operationId: 'setLimit',
        tags: ['Accounts'],
        summary: 'Set one limit: lower holds at once, higher or none after 24 hours',
        params: accountPath,
        body: setLimitInput.meta({
          examples: [{ kind: 'loss', period: 'day', source: 'player', limit: '5000000' }],
        }),
        response: { 200: set },
      },
    },
    async (request) => {
      const { params, body } = request;
      const context = commandContext(request, system);
      const { position, repeat, ...rest } = accepted(await setLimit(house, params, body, context));
      return { ...params, ...copyOf(rest), position, repeat };
    },
  );
}
