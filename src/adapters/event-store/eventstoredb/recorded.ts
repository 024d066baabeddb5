import type messages from '@eventstore/db-client/generated/streams_pb.js';
import type { Position, RecordedEvent } from '../../../event-store.ts';
import { formatPosition } from './positions.ts';

export type ReadResponse = InstanceType<typeof messages.ReadResp>;

/** Undefined for what is no event: a checkpoint, a confirmation. Its bytes are left as they are. */
export function recordedEvent(response: ReadResponse): RecordedEvent | undefined {
  const event = response.getEvent()?.getEvent();
  if (event === undefined) return undefined;
  const facts = event.getMetadataMap();
  return {
    id: event.getId()?.getString() ?? '',
    type: facts.get('type') ?? '',
    data: textOf(event.getData_asU8()),
    metadata: textOf(event.getCustomMetadata_asU8()),
    stream: textOf(event.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()),
    revision: Number(event.getStreamRevision()),
    position: formatPosition({
      commit: String(event.getCommitPosition()),
      prepare: String(event.getPreparePosition()),
    }),
  };
}

/** Whether all up to there was looked at: a sign of life itself is no place to go on from. */
export function isBeyond(response: ReadResponse, position: Position): boolean {
  if (response.hasCaughtUp()) return true;
  const checkpoint = response.getCheckpoint();
  if (checkpoint === undefined) return false;
  const commit = String(checkpoint.getCommitPosition());
  return formatPosition({ commit, prepare: commit }) > position;
}

/** The server's own bookkeeping, which stands in the same log. */
export function isSystemEvent({ stream }: RecordedEvent): boolean {
  return stream.startsWith('$');
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
