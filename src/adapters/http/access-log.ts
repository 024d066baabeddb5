import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { System } from '../../system.ts';
import type { ServerDeps } from './deps.ts';

/** For whoever makes the logger: should a header or a secret ever be logged, it isn't shown. */
export const REDACTED_PATHS = [
  'authorization',
  'cookie',
  'secret',
  '*.secret',
  '*.nextSecret',
  '["x-signature"]',
  'headers.authorization',
  'headers.cookie',
  'headers["x-signature"]',
  '*.headers.authorization',
  '*.headers.cookie',
  '*.headers["set-cookie"]',
  '*.headers["x-signature"]',
];

/** One line for each request: what was asked and how it ended, without headers or bodies. */
export class AccessLog extends Fastify.LogController {
  readonly #system: System;
  #plain: FastifyBaseLogger | undefined;

  constructor(system: System) {
    super({ requestIdLogLabel: 'requestId' });
    this.#system = system;
  }

  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const line = {
      correlationId: request.correlationId,
      keyId: request.caller?.keyId ?? null,
      method: request.method,
      route: request.route?.url ?? null,
      status: reply.statusCode,
      ms: this.#system.now() - request.startedAtMs,
    };
    if (error) {
      reply.log.error({ err: error, ...line }, 'answer not sent');
      return;
    }
    // Nothing in it can be a secret, and to look for one costs more than to write it.
    this.#plain ??= request.server.log.child({}, { redact: [] });
    this.#plain.info({ requestId: request.id, ...line }, 'answered');
  }
}

/** The server's logger: a given one as it is, options with the redaction added. */
export function loggerOptions(logger: ServerDeps['logger']): FastifyServerOptions {
  if (logger === false) return { logger: false };
  if ('child' in logger) return { loggerInstance: logger };
  const { redact } = logger as { redact?: string[] | { paths: string[] } };
  const own = redact === undefined ? [] : Array.isArray(redact) ? redact : redact.paths;
  return { logger: { ...logger, redact: { paths: [...REDACTED_PATHS, ...own] } } };
}
