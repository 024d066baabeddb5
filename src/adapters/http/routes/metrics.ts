import { z } from 'zod';
import type { Api, RouteDeps } from '../deps.ts';

const text = {
  description: 'Everything that is measured, in the text format of Prometheus',
  content: {
    'text/plain': { schema: z.string().meta({ examples: ['countinghouse_engine_waiting 0\n'] }) },
  },
};

/** Behind a key like all else: what is measured tells how much is played. */
export function metricsRoutes(app: Api, { metrics }: RouteDeps): void {
  app.get(
    '/metrics',
    {
      config: { roles: ['monitor', 'back-office', 'auditor'] },
      schema: {
        operationId: 'readMetrics',
        tags: ['Operations'],
        summary: 'Lag, batches, requests and more, for Prometheus',
        response: { 200: text },
      },
    },
    async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.text()),
  );
}
