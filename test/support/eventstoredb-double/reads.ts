import messages from '@eventstore/db-client/generated/streams_pb.js';
import { status as codes, type ServerWritableStream } from '@grpc/grpc-js';
import { callFailure, eventResponse } from './answers.ts';
import type { DoubleLog, StoredEvent } from './log.ts';

export type ReadRequest = InstanceType<typeof messages.ReadReq>;
type ReadResponse = InstanceType<typeof messages.ReadResp>;
export type ReadCall = ServerWritableStream<ReadRequest, ReadResponse>;
type Options = NonNullable<ReturnType<ReadRequest['getOptions']>>;

const BACKWARDS = 1;
/** The server's live buffer: a subscription that falls further behind is dropped. */
const LIVE_EVENTS = 32;

export function serveRead(log: DoubleLog, call: ReadCall): void {
  const options = call.request.getOptions();
  if (options === undefined) throw new TypeError('a read without options');
  if (options.hasSubscription()) {
    subscribe(log, call, options);
    return;
  }
  const found = options.hasStream() ? fromStream(log, call, options) : fromAll(log, call, options);
  const count = Number(options.getCount());
  for (const event of found?.slice(0, count) ?? []) call.write(eventResponse(event));
  if (found) call.end();
}

function fromStream(log: DoubleLog, call: ReadCall, options: Options) {
  const place = options.getStream();
  const name = Buffer.from(place?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
  const events = log.stream(name);
  if (events.length === 0) {
    const missing = new messages.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(place?.getStreamIdentifier());
    call.write(new messages.ReadResp().setStreamNotFound(missing));
    return [];
  }
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const revision = place?.hasRevision() ? Number(place.getRevision()) : undefined;
  if (!isBackwards) return events.slice(revision ?? 0);
  return events.slice(0, (revision ?? events.length) + 1).reverse();
}

/** Undefined: the call was failed. Forwards includes the position, backwards doesn't. */
function fromAll(log: DoubleLog, call: ReadCall, options: Options) {
  const place = options.getAll()?.getPosition();
  const at = place ? Number(place.getCommitPosition()) : undefined;
  const end = log.all.at(-1)?.position ?? 0;
  const isBoundary = at === undefined || at > end || log.all.some((e) => e.position === at);
  if (!isBoundary) {
    call.emit('error', callFailure(codes.UNKNOWN, 'Unexpected ReadAllResult: Error'));
    return undefined;
  }
  const passes = filterOf(options);
  if (options.getReadDirection() === BACKWARDS) {
    return log.all.filter((e) => (at === undefined || e.position < at) && passes(e)).reverse();
  }
  return log.all.filter((e) => e.position >= (at ?? 0) && passes(e));
}

function filterOf(options: Options): (event: StoredEvent) => boolean {
  const filter = options.getFilter();
  const byStream = filter?.getStreamIdentifier();
  const expression = byStream ?? filter?.getEventType();
  if (!expression) return () => true;
  const regex = expression.getRegex() ? new RegExp(expression.getRegex()) : undefined;
  const prefixes = expression.getPrefixList();
  return (event) => {
    const text = byStream ? event.stream : event.type;
    return regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  };
}

/** From a place on, the place itself left out: what is there already, and then what comes. */
function subscribe(log: DoubleLog, call: ReadCall, options: Options): void {
  const passes = filterOf(options);
  const confirmation = new messages.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('double');
  call.write(new messages.ReadResp().setConfirmation(confirmation));
  if (!options.getAll()?.hasEnd()) catchUp(log, call, options, passes);
  const behind: StoredEvent[] = [];
  const leave = log.onAppended((event) => {
    if (!passes(event)) return;
    behind.push(event);
    if (behind.length === 1) setImmediate(drain);
    if (behind.length <= LIVE_EVENTS) return;
    leave();
    const slow = 'Consumer too slow to handle event while live. Client resubscription required.';
    call.emit('error', callFailure(codes.ABORTED, slow));
  });
  const drain = () => {
    for (const event of behind.splice(0)) call.write(eventResponse(event));
  };
  call.on('cancelled', leave).on('close', leave);
}

/** With a sign of life now and then, which names the place where it would read on. */
function catchUp(
  log: DoubleLog,
  call: ReadCall,
  options: Options,
  passes: (event: StoredEvent) => boolean,
): void {
  const place = options.getAll()?.getPosition();
  const after = place ? Number(place.getCommitPosition()) : -1;
  const filter = options.getFilter();
  const interval = (filter?.getMax() ?? 32) * (filter?.getCheckpointintervalmultiplier() ?? 1);
  const old = log.all.filter(({ position }) => position > after);
  for (const [index, event] of old.entries()) {
    if (passes(event)) call.write(eventResponse(event));
    const next = old[index + 1];
    if ((index + 1) % interval !== 0 || next === undefined) continue;
    const checkpoint = new messages.ReadResp.Checkpoint();
    checkpoint.setCommitPosition(String(next.position));
    checkpoint.setPreparePosition(String(next.position));
    call.write(new messages.ReadResp().setCheckpoint(checkpoint));
  }
  call.write(new messages.ReadResp().setCaughtUp(new messages.ReadResp.CaughtUp()));
}
