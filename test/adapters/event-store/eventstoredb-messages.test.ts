import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchRequest,
  propose,
} from '../../../src/adapters/event-store/eventstoredb/batch-requests.ts';
import { formatPosition } from '../../../src/adapters/event-store/eventstoredb/positions.ts';
import { successOf } from '../../../src/adapters/event-store/eventstoredb/success.ts';
import { InvalidAppend, NO_STREAM } from '../../../src/event-store.ts';

/** Around the lengths at which a length takes another byte, in characters of any width. */
const text = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(0, 1, 100, 127, 128, 16_400))
  .map(([start, length]) => `x${start.toWellFormed()}${'x'.repeat(length)}`);

const part = fc.record({
  stream: text,
  expectedRevision: fc.constantFrom(NO_STREAM, 0, 1, 127, 128, 2 ** 31, 2 ** 40, 2 ** 53 - 1),
  events: fc.array(fc.record({ id: fc.uuid(), type: text, data: text, metadata: text }), {
    minLength: 1,
    maxLength: 5,
  }),
});

const CORRELATION = '01234567-89ab-4def-8123-456789abcdef';

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

describe('what is appended, as the server reads it', () => {
  it('is what was asked for, to the byte', () => {
    fc.assert(
      fc.property(part, (asked) => {
        const bytes = batchRequest(CORRELATION, asked, propose(asked));
        const read = messages.BatchAppendReq.deserializeBinary(bytes);
        const options = read.getOptions();
        expect(read.getCorrelationId()?.getString()).toBe(CORRELATION);
        expect(read.getIsFinal()).toBe(true);
        expect(textOf(options?.getStreamIdentifier()?.getStreamName_asU8())).toBe(asked.stream);
        expect(options?.hasNoStream()).toBe(asked.expectedRevision === NO_STREAM);
        const expected = options?.hasStreamPosition() ? options.getStreamPosition() : NO_STREAM;
        expect(Number(expected)).toBe(asked.expectedRevision);
        const events = read.getProposedMessagesList().map((message) => ({
          id: message.getId()?.getString(),
          type: message.getMetadataMap().get('type'),
          data: textOf(message.getData_asU8()),
          metadata: textOf(message.getCustomMetadata_asU8()),
        }));
        expect(events).toEqual(asked.events);
        for (const message of read.getProposedMessagesList()) {
          expect(message.getMetadataMap().get('content-type')).toBe('application/json');
          expect(message.getMetadataMap().getLength()).toBe(2);
        }
        // The same that the generated class writes, which leaves no field to be told apart.
        expect(read.serializeBinary()).toHaveLength(bytes.length);
      }),
    );
  });

  it('is refused where it is more than the server takes', () => {
    const event = { id: CORRELATION, type: 't', data: 'x'.repeat(524_287), metadata: '{}' };
    const two = { stream: 's', expectedRevision: 0, events: [event, event] };
    expect(() => propose(two)).toThrow(InvalidAppend);
    expect(() => propose({ ...two, events: [event] })).not.toThrow();
  });
});

const answered = fc.record({
  id: fc.oneof(fc.uuid(), fc.constant('structured')),
  revision: fc.constantFrom(0, 127, 128, 2 ** 31, 2 ** 53 - 1),
  commit: fc.constantFrom('1', '127', '16384', `${2 ** 40}`, `${2n ** 62n}`),
  prepare: fc.constantFrom('same', '99'),
});

type Answered = typeof answered extends fc.Arbitrary<infer Value> ? Value : never;

function responseOf({ id, revision, commit, prepare }: Answered) {
  const uuid = new shared.UUID();
  if (id === 'structured') uuid.setStructured(new shared.UUID.Structured());
  else uuid.setString(id);
  const place = new shared.AllStreamPosition().setCommitPosition(commit);
  place.setPreparePosition(prepare === 'same' ? commit : prepare);
  const success = new messages.BatchAppendResp.Success();
  success.setCurrentRevision(`${revision}`).setPosition(place);
  return new messages.BatchAppendResp().setCorrelationId(uuid).setSuccess(success);
}

describe('the answer that an append is in the log', () => {
  it('is read by hand as the generated class reads it, or left to it', () => {
    fc.assert(
      fc.property(answered, (asked) => {
        const success = successOf(Buffer.from(responseOf(asked).serializeBinary()));
        const isPlain =
          asked.id !== 'structured' && asked.revision + Number(asked.commit) < 2 ** 53;
        const { id, revision, commit } = asked;
        const prepare = asked.prepare === 'same' ? commit : asked.prepare;
        const read = { id, revision, position: formatPosition({ commit, prepare }) };
        expect(success).toEqual(isPlain ? read : undefined);
      }),
    );
  });

  it('is not read out of anything else, nor out of a part of it', () => {
    const asked = { id: CORRELATION, revision: 300, commit: '70000', prepare: 'same' } as const;
    const bytes = Buffer.from(responseOf(asked).serializeBinary());
    for (let length = 0; length < bytes.length; length++) {
      expect(successOf(bytes.subarray(0, length))).toBeUndefined();
    }
    const refusal = responseOf(asked);
    refusal.clearSuccess();
    expect(successOf(Buffer.from(refusal.serializeBinary()))).toBeUndefined();
    const nowhere = responseOf(asked);
    nowhere.getSuccess()?.clearPosition();
    expect(successOf(Buffer.from(nowhere.serializeBinary()))).toBeUndefined();
  });
});
