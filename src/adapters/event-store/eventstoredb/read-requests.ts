import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { Filter, Position } from '../../../event-store.ts';
import { streamIdentifier } from './batch-requests.ts';
import { parsePosition } from './positions.ts';

export type ReadRequest = InstanceType<typeof messages.ReadReq>;

const { Options } = messages.ReadReq;
const FORWARDS = 0;
const BACKWARDS = 1;
/** What the server looks at in one go, when a filter finds little. */
const SEARCH_WINDOW = 1_000;
/** How many of those between two signs of life. */
const SCAN_WINDOWS = 10;

/** Forwards from that event on, itself included when it passes the filter. */
export function readAllForwards(from: Position, count: number, filter?: Filter): ReadRequest {
  const options = optionsOf(count, FORWARDS);
  const place = parsePosition(from);
  const all = new Options.AllOptions();
  if (place === undefined) all.setStart(new shared.Empty());
  else all.setPosition(positionOf(place));
  options.setAll(all);
  const expression = filter && expressionOf(filter);
  if (expression) {
    options.clearNoFilter();
    options.setFilter(expression);
  }
  return requestOf(options);
}

/**
 * The same for what is far away, as a subscription that is ended before it lives: unlike a read it
 * says now and then that it goes on, while nothing passes the filter.
 */
export function scanAll(after: Position, filter: Filter): ReadRequest {
  const options = optionsOf(undefined, FORWARDS);
  const place = parsePosition(after);
  const all = new Options.AllOptions();
  if (place === undefined) all.setStart(new shared.Empty());
  else all.setPosition(positionOf(place));
  options.setAll(all);
  const expression = expressionOf(filter, SCAN_WINDOWS);
  if (expression) {
    options.clearNoFilter();
    options.setFilter(expression);
  }
  return requestOf(options);
}

/** From the end of the log, or from before an event. */
export function readAllBackwards(before: Position | undefined, count: number): ReadRequest {
  const options = optionsOf(count, BACKWARDS);
  const place = before === undefined ? undefined : parsePosition(before);
  const all = new Options.AllOptions();
  if (place === undefined) all.setEnd(new shared.Empty());
  else all.setPosition(positionOf(place));
  return requestOf(options.setAll(all));
}

/** From that revision on, itself included; undefined: from the end that comes first. */
export function readStream(
  stream: string,
  from: number | undefined,
  direction: 'forwards' | 'backwards',
  count: number,
): ReadRequest {
  const options = optionsOf(count, direction === 'forwards' ? FORWARDS : BACKWARDS);
  const place = new Options.StreamOptions();
  place.setStreamIdentifier(streamIdentifier(stream));
  if (from !== undefined) place.setRevision(String(from));
  else if (direction === 'forwards') place.setStart(new shared.Empty());
  else place.setEnd(new shared.Empty());
  return requestOf(options.setStream(place));
}

/** Whatever is appended from now on, system events apart. */
export function subscribeToNew(): ReadRequest {
  const options = optionsOf(undefined, FORWARDS);
  const all = new Options.AllOptions();
  all.setEnd(new shared.Empty());
  const expression = new Options.FilterOptions.Expression().setRegex('^[^$]');
  const filter = new Options.FilterOptions().setStreamIdentifier(expression);
  filter.setMax(SEARCH_WINDOW).setCheckpointintervalmultiplier(1_000);
  options.setAll(all).clearNoFilter();
  options.setFilter(filter);
  return requestOf(options);
}

/** Undefined count: for ever. */
function optionsOf(count: number | undefined, direction: 0 | 1) {
  const options = new Options();
  const ids = new Options.UUIDOption();
  ids.setString(new shared.Empty());
  if (count === undefined) options.setSubscription(new Options.SubscriptionOptions());
  else options.setCount(String(count));
  options.setReadDirection(direction);
  options.setResolveLinks(false);
  options.setUuidOption(ids);
  options.setNoFilter(new shared.Empty());
  return options;
}

function requestOf(options: ReturnType<typeof optionsOf>): ReadRequest {
  const request = new messages.ReadReq();
  request.setOptions(options);
  return request;
}

function positionOf({ commit, prepare }: { commit: string; prepare: string }) {
  return new Options.Position().setCommitPosition(commit).setPreparePosition(prepare);
}

/** The server takes one kind of condition, types as prefixes: the rest is for us to check. */
function expressionOf({ streamPrefixes = [], types = [] }: Filter, windows = 1) {
  const filter = new Options.FilterOptions();
  filter.setMax(SEARCH_WINDOW).setCheckpointintervalmultiplier(windows);
  const expression = new Options.FilterOptions.Expression();
  if (streamPrefixes.length > 0) {
    return filter.setStreamIdentifier(expression.setPrefixList([...streamPrefixes]));
  }
  if (types.length > 0) return filter.setEventType(expression.setPrefixList([...types]));
  return undefined;
}
