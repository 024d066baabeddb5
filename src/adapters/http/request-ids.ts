import type { IncomingMessage } from 'node:http';
import type { System } from '../../system.ts';
import type { Api } from './deps.ts';
import { invalidInput } from './problems.ts';

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,100}$/;
const CORRELATION_ID = /^[\x20-\x7e]{1,100}$/;

/** The caller's own request id where it is sane, else a new one. */
export function requestIdOf(system: System): (request: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && REQUEST_ID.test(given) ? given : system.uuid();
  };
}

/**
 * When it came, and where to. Request ids are echoed; a correlation id goes on every event that the
 * request sets in motion.
 */
export function carryIds(app: Api, system: System): void {
  app.decorateRequest('correlationId', '');
  app.decorateRequest('startedAtMs', 0);
  app.decorateRequest('route');
  app.addHook('onRequest', (request, reply, next) => {
    request.startedAtMs = system.now();
    request.route = request.routeOptions.config;
    request.correlationId = request.id;
    reply.header('x-request-id', request.id);
    next();
  });
}

/** Goes after the guard's hooks, so that a wrong header tells a stranger nothing. */
export function checkCorrelationIds(app: Api): void {
  app.addHook('preValidation', (request, _reply, next) => {
    const given = request.headers['x-correlation-id'];
    if (given === undefined) return next();
    if (typeof given !== 'string' || !CORRELATION_ID.test(given)) {
      const message = 'must be 1 to 100 printable ASCII characters';
      throw invalidInput([{ field: 'x-correlation-id', message, in: 'header' }]);
    }
    request.correlationId = given;
    next();
  });
}
