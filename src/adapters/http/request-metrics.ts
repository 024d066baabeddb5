import type { Meter } from '@opentelemetry/api';
import type { Api } from './deps.ts';

/** In seconds: from a bet on a warm account to an answer that waited for a read model. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How many answers of each route and status there were, and how long they took. */
export function measureRequests(app: Api, meter: Meter): void {
  const durations = meter.createHistogram('http_request_duration_seconds', {
    description: 'From the first byte of a request to the last of its answer',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  app.addHook('onResponse', (request, reply, done) => {
    durations.record(reply.elapsedTime / 1_000, {
      method: request.method,
      // As it is registered: an id in a path is no label.
      route: request.route?.url ?? 'none',
      status: reply.statusCode,
    });
    done();
  });
}
