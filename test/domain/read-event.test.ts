import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../src/adapters/event-store/memory.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { decodeEvent, EVENTS, type EventType, UndecodableEvent } from '../../src/domain/events.ts';
import { readEvent, readMetadata, readTime } from '../../src/domain/read-event.ts';
import { appendHistory, randomHistory } from '../projections/journal/history.ts';
import { seeded } from '../support/seeded.ts';

const folder = new URL('../golden/events/', import.meta.url);

function golden(file: string) {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const { type, data, metadata } = JSON.parse(text) as Record<'type' | 'data' | 'metadata', string>;
  return { type, data: canonicalJson(data), metadata: canonicalJson(metadata) };
}

/* Goal: projections may trust the cheap way. Method: it against the strict one, byte by byte. */
describe('reading an event without checking it again', () => {
  it.each(readdirSync(folder).sort())('P3 gives of %s what decoding gives, for ever', (file) => {
    const encoded = golden(file);
    const { event, metadata } = decodeEvent(encoded);
    expect(readEvent(encoded)).toEqual(event);
    expect(readTime(encoded.metadata)).toBe(metadata.time);
    expect(readMetadata(encoded.metadata)).toEqual(metadata);
  });

  it('P3 gives what decoding gives of random histories too', async () => {
    const store = new MemoryEventStore();
    await appendHistory(store, randomHistory(seeded(20261125), 400));
    let count = 0;
    for await (const recorded of store.readAll()) {
      const { event, metadata } = decodeEvent(recorded);
      expect(readEvent(recorded)).toEqual(event);
      expect(readTime(recorded.metadata)).toBe(metadata.time);
      count++;
    }
    expect(count).toBeGreaterThan(300);
  });

  it('finds version and time wherever they stand', () => {
    const { type, data, metadata } = golden('BetDebited.v1.json');
    const turned = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(metadata)).reverse()),
    );
    expect(turned).not.toBe(metadata);
    expect(readTime(turned)).toBe(readTime(metadata));
    expect(readEvent({ type, data, metadata: turned })).toEqual(
      readEvent({ type, data, metadata }),
    );
    const twoDigits = metadata.replace('"schemaVersion":1', '"schemaVersion":11');
    expect(() => readEvent({ type, data, metadata: twoDigits })).toThrow('has version 11');
    const fooling = metadata.replace('"id":"', '"id":"\\",\\"schemaVersion\\":9,\\"time\\":\\"');
    expect(readEvent({ type, data, metadata: fooling })).toEqual(
      readEvent({ type, data, metadata }),
    );
  });

  it('refuses an unknown type, a newer version and what is no JSON', () => {
    const encoded = golden('BetDebited.v2.json');
    const newest = EVENTS[encoded.type as EventType].version;
    const newer = encoded.metadata.replace(`n":${newest}`, `n":${newest + 1}`);
    expect(() => readEvent({ ...encoded, type: 'BetDoubled' })).toThrow(UndecodableEvent);
    expect(() => readEvent({ ...encoded, type: 'toString' })).toThrow(UndecodableEvent);
    expect(() => readEvent({ ...encoded, metadata: newer })).toThrow(UndecodableEvent);
    expect(() => readEvent({ ...encoded, data: '{' })).toThrow(UndecodableEvent);
    expect(() => readEvent(encoded)).not.toThrow();
  });
});
