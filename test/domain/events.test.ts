import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { define } from '../../src/domain/event-definition.ts';
import {
  type DomainEvent,
  decodeEvent,
  EVENTS,
  type EventType,
  encodeEvent,
  postings,
  UndecodableEvent,
} from '../../src/domain/events.ts';

const folder = new URL('../golden/events/', import.meta.url);
const files = readdirSync(folder).sort();
const isNewest = (file: string) => {
  const [type, version] = file.split('.');
  return version === `v${EVENTS[type as EventType]?.version}`;
};
const newest = files.filter(isNewest);
const old = files.filter((file) => !isNewest(file));

function golden(file: string) {
  const text = readFileSync(new URL(file, folder), 'utf8').trim();
  const whole = JSON.parse(text) as { type: string; data: unknown; metadata: unknown };
  const data = canonicalJson(whole.data);
  const metadata = canonicalJson(whole.metadata);
  return { text, type: whole.type, data, metadata };
}

describe('the event registry', () => {
  it('has a golden file for each type and version, and no other', () => {
    const expected = Object.entries(EVENTS).flatMap(([type, { version }]) =>
      Array.from({ length: version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(newest)('decodes %s and gives the same bytes back', (file) => {
    const { text, type, data, metadata } = golden(file);
    expect(text).toBe(`{"type":"${type}","data":${data},"metadata":${metadata}}`);
    const decoded = decodeEvent({ type, data, metadata });
    const { schemaVersion: _, ...rest } = decoded.metadata;
    expect(encodeEvent(decoded.event, rest)).toEqual({ type, data, metadata });
  });

  it.each(old)('decodes %s for ever, in the newest shape and with all that it said', (file) => {
    const { type, data, metadata } = golden(file);
    const decoded = decodeEvent({ type, data, metadata });
    expect(decoded.event.data).toMatchObject(JSON.parse(data));
    const { schemaVersion, ...rest } = decoded.metadata;
    expect(file).toBe(`${type}.v${schemaVersion}.json`);
    const now = encodeEvent(decoded.event, rest);
    expect(decodeEvent(now).event).toEqual(decoded.event);
  });

  it('reads a bet from before kinds of games and sessions', () => {
    const { event } = decodeEvent(golden('BetDebited.v1.json'));
    expect(event.data).toMatchObject({ gameKind: 'other', session: null, data: {} });
  });

  it('refuses a version without a way to the next', () => {
    expect(() => define(3, z.strictObject({}), { 2: (old) => old })).toThrow('version 1');
  });

  it.each(files)('L2 the postings of %s sum to zero per currency', (file) => {
    const sums = new Map<string, bigint>();
    const { event } = decodeEvent(golden(file));
    for (const { currency, amount } of postings(event)) {
      sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    }
    for (const sum of sums.values()) expect(sum).toBe(0n);
  });

  it('refuses an unknown type, a newer version and data that fits no schema', () => {
    const { type, data, metadata } = golden('BetDebited.v2.json');
    const decode = (change: object) => () => decodeEvent({ type, data, metadata, ...change });
    expect(decode({ type: 'BetDoubled' })).toThrow(UndecodableEvent);
    expect(decode({ type: 'toString' })).toThrow(UndecodableEvent);
    const newer = metadata.replace('"schemaVersion":2', '"schemaVersion":3');
    expect(decode({ metadata: newer })).toThrow(UndecodableEvent);
    const fraction = data.replace('"1000000"', '"1000000.5"');
    expect(decode({ data: fraction })).toThrow(UndecodableEvent);
    expect(decode({ data: data.replace('{', '{"extra":1,') })).toThrow(UndecodableEvent);
    expect(decode({})).not.toThrow();
  });

  it('A1 refuses to encode an event without who, when and why', () => {
    const { type, data, metadata } = golden('BetDebited.v2.json');
    const { event } = decodeEvent({ type, data, metadata });
    const full = JSON.parse(metadata) as Record<string, unknown>;
    for (const field of ['actor', 'time', 'commandId', 'causationId', 'correlationId']) {
      const { schemaVersion: _, [field]: __, ...without } = full;
      expect(() => encodeEvent(event, without as never), field).toThrow();
    }
  });

  it('S4 has no field that could name a person', () => {
    const personal = /name$|mail|phone|birth|street|city|zip|passport|ipAddress|device/i;
    // The name of a check is ours, and a reference has no room for what it stands for.
    const allowed: Record<string, string> = {
      VerificationChecked: 'name',
      SessionOpened: 'deviceRef',
    };
    for (const file of files) {
      const { type, data } = golden(file);
      for (const field of fieldsOf(JSON.parse(data))) {
        if (allowed[type] === field) continue;
        expect(field, `${type}.${field}`).not.toMatch(personal);
      }
    }
  });

  it('L4 holds every amount as text, in every event', () => {
    for (const file of files) {
      const { type, data } = golden(file);
      const event = { type: type as EventType, data: JSON.parse(data) } as DomainEvent;
      for (const [field, value] of Object.entries(event.data)) {
        if (/amount|repaid|receivable|fee/i.test(field)) expect(typeof value).not.toBe('number');
      }
    }
  });
});

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => [field, ...fieldsOf(inner)]);
}
