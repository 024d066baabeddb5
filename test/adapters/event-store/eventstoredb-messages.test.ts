import messages from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchRequest,
  propose,
} from '../../../src/adapters/event-store/eventstoredb/batch-requests.ts';
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
