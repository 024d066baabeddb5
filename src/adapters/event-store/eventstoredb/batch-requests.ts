import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import { InvalidAppend, NO_STREAM, type StreamAppend } from '../../../event-store.ts';

/** The server's default MaxAppendSize, in its own way of counting. */
const SERVER_APPEND_BYTES = 1_048_576;

export type BatchRequest = InstanceType<typeof messages.BatchAppendReq>;

/** Throws InvalidAppend for what would pass the port's limits and not the server's. */
export function checkSizes(appends: readonly StreamAppend[]): void {
  for (const part of appends) {
    const bytes = sizeOf(part);
    if (bytes <= SERVER_APPEND_BYTES) continue;
    const limit = `the server takes ${SERVER_APPEND_BYTES}`;
    throw new InvalidAppend(`${bytes} bytes for ${part.stream}, types counted twice: ${limit}`);
  }
}

export function sizeOf({ events }: StreamAppend): number {
  let bytes = 0;
  for (const { type, data, metadata } of events) {
    bytes += Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length;
  }
  return bytes;
}

/**
 * One part as one message, its bytes as they are. There is no deadline in it: the server would read
 * it by its own clock, and one that goes ten seconds ahead of ours would refuse every append.
 */
export function batchRequest(correlationId: string, part: StreamAppend): BatchRequest {
  const { stream, expectedRevision, events } = part;
  const options = new messages.BatchAppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  if (expectedRevision === NO_STREAM) options.setNoStream(new shared.Empty());
  else options.setStreamPosition(String(expectedRevision));
  const request = new messages.BatchAppendReq();
  request.setCorrelationId(uuid(correlationId));
  request.setOptions(options);
  for (const { id, type, data, metadata } of events) {
    const message = new messages.BatchAppendReq.ProposedMessage();
    message.setId(uuid(id));
    message.getMetadataMap().set('type', type).set('content-type', 'application/json');
    message.setData(Buffer.from(data));
    message.setCustomMetadata(Buffer.from(metadata));
    request.addProposedMessages(message);
  }
  request.setIsFinal(true);
  return request;
}

export function streamIdentifier(stream: string) {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
}

function uuid(id: string) {
  const message = new shared.UUID();
  message.setString(id);
  return message;
}
