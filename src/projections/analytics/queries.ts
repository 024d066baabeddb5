import { type Reading, reflecting } from '../reading.ts';
import { analytics } from './apply.ts';
import { players } from './players.ts';
import { listRates } from './rates.ts';
import type { AnalyticsReadModel } from './read-model.ts';
import { report } from './report.ts';
import { retention } from './retention.ts';
import { took } from './took.ts';

export function analyticsQueries(reading: Reading): AnalyticsReadModel {
  return {
    report: (request, options = {}) =>
      reflecting(reading, analytics, options, (client) => report(client, request)),
    players: (request, options = {}) =>
      reflecting(reading, analytics, options, (client) => players(client, request)),
    durations: (measure, request, options = {}) =>
      reflecting(reading, analytics, options, (client) => took(client, measure, request)),
    retention: (request, options = {}) =>
      reflecting(reading, analytics, options, (client) => retention(client, request)),
    rates: (filter, options = {}) =>
      reflecting(reading, analytics, options, (client) => listRates(client, filter)),
  };
}
