import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';

/** What the client's own parser makes of a connection string. */
export type Address = ReturnType<typeof parseConnectionString>;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const SCHEMES = /^(?:esdb|kurrentdb|eventstore|kdb|kurrent)(\+discover)?:\/\//;

/**
 * KurrentDB's names for the same protocol are translated. Of several hosts under `+discover` the
 * client's parser would use the first alone: they become seeds, any of which may answer.
 */
export function parseAddress(url: string): Address {
  const [scheme, discover] = SCHEMES.exec(url) ?? [];
  // The parser's words quote the URL, and with it the password.
  if (scheme === undefined) throw new TypeError('the URL of the event store has another scheme');
  let parsed: Address;
  try {
    parsed = parseConnectionString(`esdb${discover ?? ''}://${url.slice(scheme.length)}`);
  } catch {
    throw new TypeError('the URL of the event store is no connection string');
  }
  if (parsed.hosts.length === 0) throw new TypeError('the URL of the event store names no host');
  return { ...parsed, dnsDiscover: parsed.dnsDiscover && parsed.hosts.length === 1 };
}

/** Whose log it is: two stores in one process that agree in this share what they know of it. */
export function logKey({ hosts }: Address): string {
  return hosts
    .map(({ address, port }) => `${address}:${port}`)
    .sort()
    .join(',');
}
