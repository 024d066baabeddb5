import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ChainUnavailable } from '../../chain.ts';
import { Overloaded } from '../../commands/engine.ts';
import { OutcomeUnknown, StoreUnavailable } from '../../event-store.ts';
import { PastRefused } from '../../projections/ledger-reads.ts';
import { NotYetThere, ReportTooLarge } from '../../projections/read-models.ts';
import { isConnectionLost, isRolledBack } from '../event-store/postgres/errors.ts';
import { type FieldError, invalidInput, PROBLEMS, Problem, problemBody } from './problems.ts';
import { hasNoPast } from './route-table.ts';

/** Answers with a problem. The body is made here, so that no serialiser can fail on it. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status } = PROBLEMS[problem.code];
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="countinghouse"');
  return reply
    .code(status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(problemBody(problem, reply.request.id));
}

/** Whatever was thrown becomes a problem; what nobody foresaw is logged and shown to nobody. */
export function handleError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOf(error, request);
  const isOurs = PROBLEMS[problem.code].status >= 500;
  if (isOurs) request.log.error({ err: error, problem: problem.code }, 'failed');
  return sendProblem(reply, problem);
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return new Problem('internal');
  if (error instanceof StoreUnavailable) return new Problem('store-unavailable');
  if (error instanceof OutcomeUnknown) return new Problem('outcome-unknown');
  if (error instanceof Overloaded) return new Problem('overloaded');
  if (error instanceof ChainUnavailable) return new Problem('chain-unavailable');
  if (error instanceof NotYetThere) {
    const { wanted, reached } = error;
    return new Problem('read-model-behind', undefined, { wanted, position: reached });
  }
  if (error instanceof PastRefused) {
    const { code, position, time } = error;
    return new Problem(code, undefined, { position, time });
  }
  if (error instanceof ReportTooLarge) {
    return new Problem('report-too-large', undefined, { most: error.most });
  }
  if (isFrameworks(error)) return frameworkProblem(error, request);
  // Only of reads: an answer about a write comes from the log's adapter, which knows what it wrote.
  if (request.method === 'GET' && (isConnectionLost(error) || isRolledBack(error))) {
    return new Problem('read-models-unavailable');
  }
  return new Problem('internal');
}

function isFrameworks(error: Error): error is FastifyError {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_');
}

function frameworkProblem(error: FastifyError, request: FastifyRequest): Problem {
  if (error.validation !== undefined) return inputProblem(fieldErrors(error), request);
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body-too-large');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported-media-type');
    case 'FST_ERR_BAD_URL':
      return new Problem('malformed-request', 'The path has a wrong percent-encoding.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('not-found');
    default:
      return new Problem((error.statusCode ?? 500) < 500 ? 'malformed-request' : 'internal');
  }
}

/** Whoever asks for the past is told that there is none, not that a field is misspelt. */
function inputProblem(errors: readonly FieldError[], { routeOptions }: FastifyRequest): Problem {
  const asksPast = errors.some(({ field, in: part }) => part === 'query' && field === 'asOf');
  if (asksPast && hasNoPast(routeOptions.config.problems ?? [])) {
    return new Problem('as-of-not-answered');
  }
  return invalidInput(errors);
}

const PARTS = { body: 'body', params: 'path', querystring: 'query', headers: 'header' } as const;
const MOST_ERRORS = 20;
const LONGEST_NAME = 100;

const nameOf = (key: unknown) => (key === '' ? "''" : String(key));

function fieldErrors({ validation = [], validationContext = 'body' }: FastifyError): FieldError[] {
  const part = PARTS[validationContext as keyof typeof PARTS] ?? 'body';
  return validation
    .flatMap(({ instancePath, message = 'is wrong', params }): FieldError[] => {
      const field = instancePath.slice(1).replaceAll('/', '.') || part;
      const unknown = Array.isArray(params?.keys) ? params.keys.map(nameOf) : [];
      if (unknown.length === 0) return [{ field, message, in: part }];
      return unknown.map((name) => ({
        field: (field === part ? name : `${field}.${name}`).slice(0, LONGEST_NAME),
        message: 'is unknown here',
        in: part,
      }));
    })
    .slice(0, MOST_ERRORS);
}
