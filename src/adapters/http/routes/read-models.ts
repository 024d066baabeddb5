import { z } from 'zod';
import type { Api, RouteDeps } from '../deps.ts';
import { position, time } from '../schemas.ts';

const check = z.object({
  position,
  time,
  digest: z.string().meta({ description: 'Of all rows, whatever their order' }),
  isEqual: z.boolean().meta({ description: 'Of the live rows and those built anew' }),
});

const readModels = z
  .object({
    position: position.meta({ description: 'The end of the log' }),
    items: z.array(
      z.object({
        name: z.string().meta({ examples: ['balances'] }),
        version: z.int(),
        schema: z
          .string()
          .nullable()
          .meta({ examples: ['balances_v2'] }),
        state: z.enum(['live', 'building', 'stopped']),
        position,
        time: time.nullable(),
        lagPositions: z.int().meta({
          description: 'To the end of the log: events with Postgres, bytes with EventStoreDB',
        }),
        lagSeconds: z
          .int()
          .nullable()
          .meta({ description: 'Age of its newest event; 0 at the end; null: it has none' }),
        parkedKeys: z.int().meta({ description: 'Wait for an event that could not be applied' }),
        reason: z.string().nullable().meta({ description: 'Why it was stopped' }),
        check: check.nullable().meta({ description: 'The newest comparison with a rebuild' }),
      }),
    ),
  })
  .describe('How far each read model is, and what is known of its rows');

const config = { roles: ['back-office', 'auditor'] as const };

/** What the read side knows of itself. */
export function readModelRoutes(app: Api, { readModels: models, house }: RouteDeps): void {
  app.get(
    '/v1/read-models',
    {
      config,
      schema: {
        operationId: 'listReadModels',
        tags: ['Operations'],
        summary: 'Position, lag, parked keys and the last comparison of each read model',
        querystring: z.strictObject({}),
        response: { 200: readModels },
      },
    },
    async () => {
      const head = await house.store.head();
      const items = await models.statuses(head);
      return { position: head, items: [...items] };
    },
  );
}
