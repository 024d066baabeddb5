import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/event-store/eventstoredb/link.ts';
import { Placer, placesBefore } from '../../../src/adapters/event-store/eventstoredb/placing.ts';
import type { StreamAppend } from '../../../src/event-store.ts';
import { newEvents } from './cases/given.ts';

const EVENTS = 4;
const part: StreamAppend = { stream: 's', expectedRevision: -1, events: newEvents(EVENTS) };
const LAST = '00000000000000100000';
const told = placesBefore(LAST, part);

const connectionOf = () => ({}) as Connection;

let reads = 0;
let stored: string[] = [];
let link: { current: Connection | undefined };
let placer: Placer;

beforeEach(() => {
  reads = 0;
  stored = told;
  link = { current: connectionOf() };
  const reader = {
    async *stream() {
      reads++;
      for (const position of stored) yield { position };
    },
  };
  placer = new Placer(link, reader as unknown as ConstructorParameters<typeof Placer>[1]);
});

describe('where the events of a part stand', () => {
  it('is told without reading once a part that was read stood as it was told', async () => {
    expect(await placer.places(part, LAST)).toEqual(told);
    expect(await placer.places(part, LAST)).toEqual(told);
    expect(reads).toBe(1);
  });

  it('is read after each reconnection: the server may be another one', async () => {
    await placer.places(part, LAST);
    link.current = connectionOf();
    stored = told.map((position) => position.replace('0000001', '0000002'));
    expect(await placer.places(part, LAST)).toEqual(stored);
    expect(await placer.places(part, LAST)).toEqual(stored);
    link.current = undefined;
    expect(await placer.places(part, LAST)).toEqual(stored);
    expect(reads).toBe(4);
  });

  it('is read always where the server writes its records in another way', async () => {
    stored = ['00000000000000000001', ...told.slice(1)];
    expect(await placer.places(part, LAST)).toEqual(stored);
    expect(await placer.places(part, LAST)).toEqual(stored);
    expect(reads).toBe(2);
  });

  it('is not told by a part of one event, which proves nothing', async () => {
    const one = { ...part, events: part.events.slice(0, 1) };
    stored = [LAST];
    await placer.places(one, LAST);
    stored = told;
    await placer.places(part, LAST);
    expect(reads).toBe(2);
  });

  it('is not known where not all is there, nor told where it would be before the log', async () => {
    stored = told.slice(1);
    expect(await placer.places(part, LAST)).toBeUndefined();
    expect(placesBefore('00000000000000000200', part)).toEqual([]);
    expect(placesBefore('00009999999999999999', part)).toEqual([]);
    expect(placesBefore(`${LAST}-00000000000000099999`, part)).toEqual([]);
  });
});
