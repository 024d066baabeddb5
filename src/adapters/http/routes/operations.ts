import { z } from 'zod';
import type { Api, ReadinessPart, RouteDeps } from '../deps.ts';
import { PROBLEMS, type ProblemCode, problemType } from '../problems.ts';

const health = z
  .object({ status: z.literal('alive'), version: z.string(), uptimeSeconds: z.int() })
  .describe('The process runs');

const part = z.object({ name: z.string(), ready: z.boolean(), detail: z.string() });
const readiness = z
  .object({ ready: z.boolean(), parts: z.array(part) })
  .describe('Whether each part can do its work; 503 when one cannot');

const catalogue = z
  .object({
    problems: z.array(
      z.object({
        code: z.string().meta({ examples: ['insufficient-funds'] }),
        type: z.string(),
        status: z.int(),
        title: z.string(),
      }),
    ),
  })
  .describe('Every code that an answer can carry');

const READINESS_MS = 3_000;

/** For load balancers and people; open to everybody. */
export function operationRoutes(app: Api, { system, readiness: ask, version }: RouteDeps): void {
  const startedAt = system.now();
  const schema = { tags: ['Operations'] };

  app.get(
    '/health',
    {
      config: { roles: 'public' },
      schema: {
        ...schema,
        operationId: 'readHealth',
        summary: 'Is the process alive?',
        response: { 200: health },
      },
    },
    async () => {
      const uptimeSeconds = Math.floor((system.now() - startedAt) / 1000);
      return { status: 'alive' as const, version, uptimeSeconds };
    },
  );

  app.get(
    '/ready',
    {
      config: { roles: 'public' },
      schema: {
        ...schema,
        operationId: 'readReadiness',
        summary: 'Can it do its work?',
        response: { 200: readiness, 503: readiness },
      },
    },
    async (request, reply) => {
      const timer = new AbortController();
      const late = system
        .sleep(READINESS_MS, timer.signal)
        .then(() => unknown('no answer in time'));
      const asked = ask().catch((error: unknown) => {
        request.log.error({ err: error }, 'readiness could not be asked');
        return unknown('could not be asked');
      });
      const parts = (await Promise.race([asked, late])).map((each) => ({ ...each }));
      timer.abort();
      const ready = parts.every((each) => each.ready);
      return reply.code(ready ? 200 : 503).send({ ready, parts });
    },
  );

  app.get(
    '/problems',
    {
      config: { roles: 'public' },
      schema: {
        ...schema,
        operationId: 'listProblems',
        summary: 'The catalogue of problem codes',
        response: { 200: catalogue },
      },
    },
    async () => ({
      problems: Object.entries(PROBLEMS).map(([code, { status, title }]) => ({
        ...{ code, status, title },
        type: problemType(code as ProblemCode),
      })),
    }),
  );
}

const unknown = (detail: string): readonly ReadinessPart[] => [
  { name: 'readiness', ready: false, detail },
];
