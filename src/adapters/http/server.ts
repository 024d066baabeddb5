import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { guard } from './access.ts';
import { AccessLog, loggerOptions } from './access-log.ts';
import { authenticator } from './auth.ts';
import { BODY_LIMIT_BYTES, keepBytesThenParse, parseBodies } from './body.ts';
import type { Api, RouteDeps, ServerDeps } from './deps.ts';
import { handleError } from './error-handler.ts';
import { limitLoad } from './load.ts';
import { document } from './openapi.ts';
import { Problem, problemBody } from './problems.ts';
import { carryIds, checkCorrelationIds, requestIdOf } from './request-ids.ts';
import { measureRequests } from './request-metrics.ts';
import { RouteTable } from './route-table.ts';
import { accountRoutes } from './routes/accounts.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { balanceRoutes } from './routes/balances.ts';
import { batchRoutes } from './routes/batches.ts';
import { currencyRoutes } from './routes/currencies.ts';
import { depositRoutes } from './routes/deposits.ts';
import { exclusionRoutes } from './routes/exclusions.ts';
import { feedRoutes } from './routes/feed.ts';
import { gameRoutes } from './routes/games.ts';
import { journalRoutes } from './routes/journal.ts';
import { journalExportRoutes } from './routes/journal-export.ts';
import { limitRoutes } from './routes/limits.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { operationRoutes } from './routes/operations.ts';
import { playerRoutes } from './routes/players.ts';
import { rateRoutes } from './routes/rates.ts';
import { readModelRoutes } from './routes/read-models.ts';
import { reportRoutes } from './routes/reports.ts';
import { riskRoutes } from './routes/risk.ts';
import { riskRuleRoutes } from './routes/risk-rules.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { statementRoutes } from './routes/statements.ts';
import { walletRoutes } from './routes/wallets.ts';
import { withdrawalDecisionRoutes } from './routes/withdrawal-decisions.ts';
import { withdrawalQueueRoutes } from './routes/withdrawal-queues.ts';
import { withdrawalRoutes } from './routes/withdrawals.ts';
import { goOnTogether } from './together.ts';

const REQUEST_MS = 30_000;
/** The longest path parameter is a deposit's id. */
const LONGEST_PARAM = 250;

const ROUTES: readonly ((app: Api, deps: RouteDeps) => void)[] = [
  playerRoutes,
  balanceRoutes,
  exclusionRoutes,
  sessionRoutes,
  gameRoutes,
  batchRoutes,
  withdrawalRoutes,
  withdrawalQueueRoutes,
  withdrawalDecisionRoutes,
  depositRoutes,
  walletRoutes,
  accountRoutes,
  limitRoutes,
  journalRoutes,
  riskRoutes,
  riskRuleRoutes,
  rateRoutes,
  journalExportRoutes,
  statementRoutes,
  reportRoutes,
  analyticsRoutes,
  currencyRoutes,
  readModelRoutes,
  feedRoutes,
  operationRoutes,
  metricsRoutes,
];

declare module 'fastify' {
  interface FastifyInstance {
    /** What is registered, for tests and documentation. */
    readonly routeTable: RouteTable;
  }
}

/** The whole HTTP side. It doesn't listen yet; `close()` ends it when all is answered. */
export function createServer(deps: ServerDeps): FastifyInstance {
  const { system } = deps;
  const app: Api = Fastify({
    ...loggerOptions(deps.logger),
    logController: new AccessLog(system),
    genReqId: requestIdOf(system),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_MS,
    // Said by our own hook, as a problem like all others.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      handleError(error, request, reply);
    },
    clientErrorHandler: (_error, socket) => answerNoHttp(socket),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  const table = new RouteTable(app);
  app.decorate('routeTable', table);
  answerProblems(app, table);
  // In this order: ids and load first, then who it is, and only then what is asked.
  carryIds(app, system);
  limitLoad(app);
  measureRequests(app, deps.metrics.meter);
  keepBytesThenParse(app);
  goOnTogether(app);
  guard(app, authenticator(deps.keys, deps.signatureWindowSeconds), system);
  checkCorrelationIds(app);
  parseBodies(app);
  setSecurityHeaders(app);

  document(app, table, deps.version);
  app.register(async (api) => {
    takeNoUnknownQuery(api);
    for (const routes of ROUTES) routes(api.withTypeProvider<ZodTypeProvider>(), deps);
  });
  return app as unknown as FastifyInstance;
}

/** A mistyped parameter must not look as if it had been heard: also where a route takes none. */
function takeNoUnknownQuery(api: FastifyInstance): void {
  api.addHook('onRoute', (route) => {
    route.schema = { querystring: z.strictObject({}), ...route.schema };
  });
}

function answerProblems(app: Api, table: RouteTable): void {
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request) => {
    const methods = table.methodsAt(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0) throw new Problem('not-found');
    throw new Problem('method-not-allowed', undefined, {}, { allow: methods.join(', ') });
  });
}

function setSecurityHeaders(app: Api): void {
  app.addHook('onSend', (request, reply, _payload, next) => {
    reply.header('x-content-type-options', 'nosniff');
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
    next();
  });
}

/** What Node couldn't parse as HTTP never becomes a request; the socket still gets an answer. */
function answerNoHttp(socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const body = problemBody(new Problem('malformed-request'), '');
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
