import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Meter } from '@opentelemetry/api';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  FastifyServerOptions,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { House } from '../../commands/house.ts';
import type { ApiKey, Role } from '../../config/api-keys.ts';
import type { Feed, ReadModels } from '../../projections/read-models.ts';
import type { System } from '../../system.ts';
import type { Caller, Credentials } from './auth.ts';
import type { ProblemCode } from './problems.ts';

/** One part of the house that must work before requests are welcome. */
export interface ReadinessPart {
  readonly name: string;
  readonly ready: boolean;
  /** For people; without secrets, because everybody can read it. */
  readonly detail: string;
}

type PinoOptions = Extract<NonNullable<FastifyServerOptions['logger']>, object>;

/** What is measured, and all of it as Prometheus reads it. */
export interface Metrics {
  readonly meter: Meter;
  text(): Promise<string>;
}

export interface ServerDeps {
  readonly house: House;
  readonly readModels: ReadModels;
  readonly feed: Feed;
  readonly metrics: Metrics;
  readonly keys: readonly ApiKey[];
  readonly system: System;
  readonly readiness: () => Promise<readonly ReadinessPart[]>;
  /** Options for a logger, or the logger itself; false for none. */
  readonly logger: PinoOptions | FastifyBaseLogger | false;
  readonly signatureWindowSeconds: number;
  /** How long `waitFor` waits at most. */
  readonly waitForMs: number;
  readonly version: string;
}

/** What the routes work with. */
export type RouteDeps = Omit<ServerDeps, 'logger' | 'keys' | 'signatureWindowSeconds'>;

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Whom a route admits. A route that doesn't say is closed. */
export type Admission = 'public' | readonly Role[];

declare module 'fastify' {
  interface FastifyContextConfig {
    roles?: Admission;
    /** Problems of its own that a route may answer with, for the documentation. */
    problems?: readonly ProblemCode[];
  }
  interface FastifyRequest {
    /**
     * Its route, from the first hook on. Kept, because to ask for a route's options makes them
     * anew.
     */
    route: (FastifyContextConfig & { readonly url?: string }) | undefined;
    credentials: Credentials;
    /** Null on public routes, and until somebody is authenticated. */
    caller: Caller | null;
    /** The body as it came; null where none did. */
    rawBody: Buffer | null;
    correlationId: string;
    startedAtMs: number;
  }
}

/** The authenticated caller: a route below an admission always has one. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error(`${request.route?.url} has no caller`);
  return request.caller;
}
