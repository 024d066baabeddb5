import type { FastifyRequest } from 'fastify';
import type { System } from '../../system.ts';
import { type Authenticator, type Caller, credentialsOf } from './auth.ts';
import type { Admission, Api } from './deps.ts';
import { Problem } from './problems.ts';

/**
 * Who may come in. A bearer key is judged before the body is read. A signature covers the body, so
 * it is judged as soon as that is there and before anything in it is looked at: without a key
 * nobody learns whether a body, a field or an id would have been right.
 */
export function guard(app: Api, authenticator: Authenticator, system: System): void {
  app.decorateRequest('credentials');
  app.decorateRequest('caller', null);

  app.addHook('onRequest', (request, _reply, next) => {
    const admission = admissionOf(request);
    if (admission === 'public') return next();
    if (admission === undefined) return deny(request, 'route-closed');
    const credentials = credentialsOf(request.headers);
    request.credentials = credentials;
    if (credentials.kind === 'none') return deny(request, 'unauthenticated');
    if (credentials.kind === 'bearer') {
      admit(request, admission, () => authenticator.bearer(credentials));
    }
    next();
  });

  app.addHook('preValidation', (request, _reply, next) => {
    const { caller, credentials } = request;
    const admission = admissionOf(request);
    if (admission === 'public' || admission === undefined || caller !== null) return next();
    if (credentials?.kind !== 'signed') return deny(request, 'unauthenticated');
    const { method, originalUrl: path } = request;
    const signed = { method, path, body: request.rawBody ?? '' };
    admit(request, admission, () => authenticator.signed(credentials, signed, system.now()));
    next();
  });
}

/** What isn't there has no admission to ask for: the answer is 404 for everybody. */
function admissionOf(request: FastifyRequest): Admission | undefined {
  return request.is404 ? 'public' : request.route?.roles;
}

function admit(request: FastifyRequest, admission: Admission, authenticate: () => Caller): void {
  let caller: Caller;
  try {
    caller = authenticate();
  } catch (error) {
    if (error instanceof Problem) logDenial(request, error.code);
    throw error;
  }
  request.caller = caller;
  if (!admission.includes(caller.role)) deny(request, 'forbidden');
}

function deny(
  request: FastifyRequest,
  code: 'route-closed' | 'unauthenticated' | 'forbidden',
): never {
  logDenial(request, code);
  throw new Problem(code);
}

/** The key's id as claimed, never more of what was shown. */
function logDenial(request: FastifyRequest, code: string): void {
  const { credentials, method } = request;
  const keyId = credentials && credentials.kind !== 'none' ? credentials.keyId.slice(0, 64) : null;
  request.log.warn({ denied: code, keyId, method, route: request.route?.url }, 'denied');
}
