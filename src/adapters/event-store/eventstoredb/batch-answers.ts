import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import { InvalidAppend, NO_STREAM, type Position } from '../../../event-store.ts';
import { StoreRefused } from './errors.ts';
import { formatPosition } from './positions.ts';
import { successOf } from './success.ts';

type BatchResponse = InstanceType<typeof messages.BatchAppendResp>;

/** What is known of one attempt at an append. */
export type Answer =
  /** It is in the log: by this attempt, an earlier one or somebody else's. */
  | { readonly kind: 'in the log'; readonly revision: number; readonly position: Position }
  | { readonly kind: 'wrong revision'; readonly actual: number }
  /** Nothing of this attempt was written, nor will be; another attempt may do better. */
  | { readonly kind: 'not written'; readonly error: Error }
  /** The same, and no other attempt will do better. */
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'unknown'; readonly error: Error };

const NOT_YET = /^Server Is (Not Ready|Busy)|No leader info/i;

/** An answer, and to which append: undefined when nobody can say. */
export interface Heard {
  readonly id: string | undefined;
  readonly answer: Answer;
}

export function heardOf(bytes: Buffer): Heard {
  const success = successOf(bytes);
  if (success) return { id: success.id.toLowerCase(), answer: { kind: 'in the log', ...success } };
  const response = messages.BatchAppendResp.deserializeBinary(bytes);
  return { id: correlationOf(response), answer: answerOf(response) };
}

function correlationOf(response: BatchResponse): string | undefined {
  const id = response.getCorrelationId();
  if (id?.hasString()) return id.getString().toLowerCase();
  const halves = id?.getStructured();
  if (!halves) return undefined;
  const hex = (half: string) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0');
  return [hex(halves.getMostSignificantBits()), hex(halves.getLeastSignificantBits())]
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function answerOf(response: BatchResponse): Answer {
  const success = response.getSuccess();
  const place = success?.getPosition();
  if (success && place) {
    return {
      kind: 'in the log',
      revision: Number(success.getCurrentRevision()),
      position: formatPosition({
        commit: String(place.getCommitPosition()),
        prepare: String(place.getPreparePosition()),
      }),
    };
  }
  const error = response.getError();
  if (error) return answerOfError(error);
  return { kind: 'unknown', error: new Error('an answer that says neither yes nor no') };
}

type Failure = NonNullable<ReturnType<BatchResponse['getError']>>;

function answerOfError(failure: Failure): Answer {
  const details = failure.getDetails();
  const name = details?.getTypeName() ?? '';
  const message = failure.getMessage() || name;
  switch (name.replace('event_store.client.', '')) {
    case 'WrongExpectedVersion': {
      const wrong = details?.unpack(shared.WrongExpectedVersion.deserializeBinary, name);
      const isThere = wrong?.hasCurrentStreamRevision();
      return {
        kind: 'wrong revision',
        actual: isThere ? Number(wrong?.getCurrentStreamRevision()) : NO_STREAM,
      };
    }
    case 'MaximumAppendSizeExceeded':
    case 'BadRequest':
      return { kind: 'refused', error: new InvalidAppend(`the server takes it not: ${message}`) };
    case 'AccessDenied':
    case 'StreamDeleted':
      return { kind: 'refused', error: new StoreRefused(`the event store refuses: ${message}`) };
  }
  // All else may be about an append that is still on its way to the disk.
  return { kind: NOT_YET.test(message) ? 'not written' : 'unknown', error: new Error(message) };
}
