import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import { status as codes, Metadata } from '@grpc/grpc-js';
import protobufAny from 'google-protobuf/google/protobuf/any_pb.js';
import type { Result, StoredEvent } from './log.ts';

/** Answers as the server words them. */

export type BatchRequest = InstanceType<typeof messages.BatchAppendReq>;
export type BatchResponse = InstanceType<typeof messages.BatchAppendResp>;

export function responseTo(request: BatchRequest): BatchResponse {
  const response = new messages.BatchAppendResp();
  response.setCorrelationId(request.getCorrelationId());
  response.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
  return response;
}

export function resultResponse(request: BatchRequest, result: Result): BatchResponse {
  const response = responseTo(request);
  if (result.kind === 'success') {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(result.position));
    position.setPreparePosition(String(result.position));
    const success = new messages.BatchAppendResp.Success();
    success.setCurrentRevision(String(result.revision));
    success.setPosition(position);
    return response.setSuccess(success);
  }
  const wrong = new shared.WrongExpectedVersion();
  if (result.current >= 0) wrong.setCurrentStreamRevision(String(result.current));
  else wrong.setCurrentNoStream(new shared.Empty());
  return response.setError(
    failure('WrongExpectedVersion', wrong.serializeBinary(), 'WrongExpectedVersion'),
  );
}

type Named = 'Timeout' | 'Unknown' | 'AccessDenied' | 'StreamDeleted' | 'BadRequest';

export function namedFailure(request: BatchRequest, name: Named): BatchResponse {
  return responseTo(request).setError(failure(name, new Uint8Array(), name));
}

/** "Server Is Not Ready" and the like come without details. */
export function wordedFailure(request: BatchRequest, message: string): BatchResponse {
  const any = new protobufAny.Any();
  any.pack(new Uint8Array(), 'google.protobuf.Empty');
  return responseTo(request).setError(new status.Status().setMessage(message).setDetails(any));
}

export function tooLarge(request: BatchRequest, limit: number): BatchResponse {
  const exceeded = new shared.MaximumAppendSizeExceeded();
  exceeded.setMaxappendsize(limit);
  const name = 'MaximumAppendSizeExceeded';
  return responseTo(request).setError(failure(name, exceeded.serializeBinary(), name));
}

function failure(name: string, details: Uint8Array, message: string) {
  const any = new protobufAny.Any();
  any.pack(details, `event_store.client.${name}`);
  return new status.Status().setMessage(message).setDetails(any);
}

export function eventResponse(event: StoredEvent) {
  const recorded = new messages.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(event.id);
  recorded.setId(id);
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(event.stream));
  recorded.setStreamIdentifier(identifier);
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.position));
  recorded.setPreparePosition(String(event.position));
  const facts = recorded.getMetadataMap();
  facts.set('type', event.type).set('content-type', event.contentType).set('created', '0');
  recorded.setData(event.data);
  recorded.setCustomMetadata(event.metadata);
  const read = new messages.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.position));
  return new messages.ReadResp().setEvent(read);
}

export interface CallFailure {
  readonly code: codes;
  readonly details: string;
  readonly metadata: Metadata;
}

export function callFailure(code: codes, details: string, facts: Record<string, string> = {}) {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(facts)) metadata.set(name, value);
  return { code, details, metadata };
}

export function notLeader(host: string, port: number): CallFailure {
  return callFailure(codes.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });
}
