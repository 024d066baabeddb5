import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { encoderOf } from '../../src/domain/encoding.ts';
import { EVENTS, type EventType } from '../../src/domain/events.ts';

/*
 * Goal: the short way writes what the schema and the canonical form do, and takes nothing that they
 * don't. Method: true events of every type, each with one member changed to whatever there is.
 */
const folder = new URL('../golden/events/', import.meta.url);
const examples = readdirSync(folder).flatMap((file) => {
  const { type, data } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const { schema, version } = EVENTS[type as EventType];
  return file.includes(`.v${version}.`) ? [{ type, data, schema }] : [];
});

const outcome = (run: () => string) => {
  try {
    return run();
  } catch (error) {
    return error instanceof z.ZodError ? 'ZodError' : (error as Error).name;
  }
};

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, {}, { a: '1' }, [], 0, 1.5, -1, true, 'slot', 'null'),
  fc.constantFrom('', ' ', '0', '00', '1\n', '"', '\\', 'é', '\u0000', '\ud800', 'x'.repeat(200)),
  fc.string(),
  fc.bigInt({ min: 0n, max: 10n ** 80n }).map(String),
);

describe.each(examples)('$type', ({ data, schema }) => {
  const encode = encoderOf(schema);
  const long = (value: object) => outcome(() => canonicalJson(schema.parse(value)));

  it('is written as its schema and the canonical form have it', () => {
    expect(encode(data)).toBe(canonicalJson(schema.parse(data)));
    const backwards = Object.fromEntries(Object.entries(data).reverse());
    expect(encode(backwards)).toBe(encode(data));
  });

  it('whatever stands in a member, or is missing or too much', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(data), 'more'), odd, (key, value) => {
        const changed = { ...data, [key]: value };
        expect(outcome(() => encode(changed))).toBe(long(changed));
        delete changed[key];
        expect(outcome(() => encode(changed))).toBe(long(changed));
      }),
      { numRuns: 60 },
    );
  });
});

it('the short way is there for what game services send', () => {
  const bet = examples.find(({ type }) => type === 'BetDebited')?.data as object;
  const schema = Object.assign(Object.create(EVENTS.BetDebited.schema), {
    parse: () => {
      throw new Error('the long way');
    },
  });
  expect(encoderOf(schema)({ ...bet, data: {} })).toContain('"data":{}');
  expect(() => encoderOf(schema)({ ...bet, amount: '-1' })).toThrow('the long way');
});
