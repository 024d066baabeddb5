import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import {
  type EventStore,
  NO_STREAM,
  OutcomeUnknown,
  type RecordedEvent,
  StoreUnavailable,
} from '../../../src/event-store.ts';
import { append, collect, freshStream, newEvents } from './cases/given.ts';

export interface Tally {
  readonly acknowledged: { id: string; stream: string; revision: number }[];
  unknown: number;
  unavailable: number;
  /** Found in the log when it was sent again. */
  repeated: number;
}

/** A writer as the port asks for: after a doubt, the same ids at the same revision. */
export async function writeUntil(
  store: EventStore,
  isOver: () => boolean,
  tally: Tally,
): Promise<void> {
  const stream = freshStream(`writer-${randomUUID()}`);
  for (let revision = NO_STREAM; !isOver(); ) {
    const events = newEvents(2);
    for (;;) {
      const outcome = await append(store, stream, revision, events);
      if (outcome.ok) {
        if (outcome.repeated) tally.repeated++;
        break;
      }
      if (outcome.error instanceof OutcomeUnknown) tally.unknown++;
      else if (outcome.error instanceof StoreUnavailable) tally.unavailable++;
      else throw outcome.error;
    }
    for (const { id } of events) tally.acknowledged.push({ id, stream, revision: ++revision });
  }
}

export const newTally = (): Tally => ({
  acknowledged: [],
  unknown: 0,
  unavailable: 0,
  repeated: 0,
});

/** Every acknowledged event once, at its place; nothing else; positions without a gap. */
export async function expectNothingLostOrDoubled(store: EventStore, tally: Tally): Promise<void> {
  const log = await collect(store.readAll());
  expect(log.map(({ position }) => Number(position))).toEqual(log.map((_, index) => index + 1));
  const place = ({ id, stream, revision }: Pick<RecordedEvent, 'id' | 'stream' | 'revision'>) =>
    `${stream} ${revision} ${id}`;
  expect(log.map(place).sort()).toEqual(tally.acknowledged.map(place).sort());
}
