import type { Role } from '../../config/api-keys.ts';
import { PROBLEMS, Problem, type ProblemCode, problemBody } from './problems.ts';
import { hasNoPast, type RouteEntry } from './route-table.ts';

interface Parameter {
  readonly required?: boolean;
  description?: string;
  example?: unknown;
}

interface Operation {
  parameters?: Parameter[];
  security?: Record<string, string[]>[];
  responses: Record<string, unknown>;
  description?: string;
}

export interface OpenApiDocument {
  components: { schemas?: Record<string, unknown> };
  paths: Record<string, Record<string, Operation>>;
}

const EXAMPLE_ID = '0190b6d5-7c1e-7d5a-9f3e-3b8a4f6f2c11';

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457, with a stable code and whatever the caller can act on',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', examples: ['/problems/insufficient-funds'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    instance: { type: 'string', description: 'The request id' },
    errors: {
      type: 'array',
      description: 'Of invalid-input: each wrong field',
      items: {
        type: 'object',
        required: ['field', 'message', 'in'],
        properties: {
          field: { type: 'string' },
          message: { type: 'string' },
          in: { type: 'string', enum: ['body', 'path', 'query', 'header'] },
        },
      },
    },
  },
  additionalProperties: true,
};

/** Adds to every operation who may call it and every problem that it may answer with. */
export function documentProblems(
  document: OpenApiDocument,
  routes: readonly RouteEntry[],
): OpenApiDocument {
  document.components.schemas = { ...document.components.schemas, Problem: PROBLEM_SCHEMA };
  for (const route of routes) {
    const path = route.url.replace(/:([A-Za-z]+)/g, '{$1}');
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    if (!operation) continue;
    operation.security = securityOf(route);
    operation.description = admits(route);
    for (const [status, codes] of byStatus(problemsOf(route))) {
      operation.responses[status] ??= {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      };
    }
  }
  return document;
}

const SIGNED = { keyId: [], timestamp: [], signature: [] };

function securityOf({ roles }: RouteEntry): Record<string, string[]>[] {
  if (roles === undefined || roles === 'public') return [];
  const signs = (role: Role) => role === 'game-service';
  return [...(roles.some(signs) ? [SIGNED] : []), ...(roles.every(signs) ? [] : [{ bearer: [] }])];
}

const admits = ({ roles }: RouteEntry): string =>
  roles === 'public' ? 'Open to everybody.' : `Admits: ${(roles ?? []).join(', ')}.`;

function problemsOf({ roles, problems, hasBody, method }: RouteEntry): ProblemCode[] {
  const codes: ProblemCode[] = ['invalid-input', 'internal', 'overloaded', 'shutting-down'];
  if (roles !== 'public') codes.push('unauthenticated', 'forbidden', 'store-unavailable');
  if (roles !== 'public' && roles?.includes('game-service')) {
    codes.push('signature-invalid', 'signature-stale');
  }
  if (method === 'POST') codes.push('outcome-unknown');
  if (problems.includes('read-model-behind')) codes.push('read-models-unavailable');
  if (hasNoPast(problems)) codes.push('as-of-not-answered');
  if (hasBody) codes.push('malformed-json', 'body-too-large', 'unsupported-media-type');
  return [...new Set([...codes, ...problems])];
}

function byStatus(codes: readonly ProblemCode[]): Map<string, ProblemCode[]> {
  const found = new Map<string, ProblemCode[]>();
  for (const code of codes) {
    const status = String(PROBLEMS[code].status);
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}

const limitReached = {
  ...{ period: 'day', limit: '5000000', source: 'player', used: '4000000' },
  resetsAt: '2026-02-01T00:00:00.000Z',
};

const nearest = { position: '0000000000000042', time: '2026-01-31T12:00:00.000Z' };

const EXAMPLE_DETAILS: Partial<Record<ProblemCode, Record<string, unknown>>> = {
  'loss-limit-reached': limitReached,
  'stake-limit-reached': limitReached,
  'deposit-limit-reached': { ...limitReached, used: '6000000' },
  'session-time-limit-reached': { ...limitReached, limit: '120', used: '120' },
  'player-excluded': { kind: 'self-exclusion', until: '2030-01-01T00:00:00.000Z' },
  'exclusion-stands': { kind: 'cool-off', until: '2030-01-01T00:00:00.000Z' },
  'insufficient-funds': { available: '1000000', held: '0', requested: '2500000' },
  'invalid-input': {
    errors: [{ field: 'amount', message: 'must be a positive whole number', in: 'body' }],
  },
  'before-first-transfer': nearest,
  'time-not-settled': nearest,
  'rate-decimals-differ': { currency: 'EUR', decimals: 2, given: 3 },
  'rate-day-in-future': { day: '2030-01-01' },
  'report-too-large': { most: 10_000 },
  'read-model-behind': { wanted: '0000000000000042', position: '0000000000000040' },
};

function exampleOf(code: ProblemCode): unknown {
  return JSON.parse(problemBody(new Problem(code, undefined, EXAMPLE_DETAILS[code]), EXAMPLE_ID));
}
