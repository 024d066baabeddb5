import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkJson } from '../../../src/adapters/event-store/json.ts';
import { InvalidAppend } from '../../../src/event-store.ts';

const ID = '5d21ad8e-1b5a-4d6c-9c3a-0f6a2a5f7a11';

/** Whether both of an event's texts are taken when one of them is this. */
function isTaken(data: string, metadata = '{}'): boolean {
  const events = [{ id: ID, type: 'Happened', data, metadata }];
  try {
    checkJson([{ stream: 's', expectedRevision: 0, events }]);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidAppend);
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const flat = fc.dictionary(fc.string(), scalar);
const likeAnEvent = fc.dictionary(fc.string(), fc.oneof(scalar, flat), { maxKeys: 4 });
const text = fc.oneof(
  likeAnEvent.map((value) => JSON.stringify(value)),
  fc.json(),
);
const piece = fc.constantFrom(
  ...'{}[]":,\\-+.e019tfn \n\x00\x1f\u2028',
  'true',
  'null',
  '{}',
  '"":0',
);

/** A text of JSON with one place damaged, or not. */
const damaged = fc
  .record({
    text,
    at: fc.nat(),
    removed: fc.nat({ max: 2 }),
    put: fc.oneof(piece, fc.constant('')),
  })
  .map(({ text: whole, at, removed, put }) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + put + whole.slice(place + removed);
  });

// The check has a short way for what nearly every event is: it must take no more, and no less,
// than the parser. Texts of that form are damaged in one place, and both are asked.
test('takes what the parser takes, and nothing else', () => {
  fc.assert(
    fc.property(damaged, (each) => {
      expect(isTaken(each)).toBe(isJson(each));
      expect(isTaken('{}', each)).toBe(isJson(each));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['{"a":1,}', '{"a":01}', '{"a":-}', '{"a":"\n"}', '{"a" 1}', '{"a":1}}', '{"a":{"b":1}', '{,}'],
  ['{"a":"b","c"}', '{"a":+1}', '{"a":.5}', '{"a":undefined}', "{'a':1}", '{"a":1}\n;', ''],
])('what is nearly JSON is refused', (...texts) => {
  for (const each of texts) expect(isTaken(each), each).toBe(false);
});

test('a long text is judged like a short one', () => {
  const members = Array.from({ length: 90_000 }, () => '"":0').join(',');
  expect(isTaken(`{${members}}`)).toBe(true);
  expect(isTaken(`{${members},}`)).toBe(false);
});
