import { describe, expect, it } from 'vitest';
import { deterministicId, eventIds, idAfter } from '../../src/domain/ids.ts';

it('L5 the same parts give the same UUID for ever: version 5, as any implementation has it', () => {
  expect(deterministicId('game', 'acme', 'bet-1')).toBe('8a515fa0-56db-549a-9762-4fca923d7830');
  expect(deterministicId('ü', '"x"', '')).toBe('bbda74bd-9a21-5ac6-8906-7042ff57f8d9');
  const parts = Array.from({ length: 500 }, (_, index) => [`${index}`, 'ü'.repeat(index % 50)]);
  const ids = parts.map((each) => deterministicId(...each));
  expect(new Set(ids).size).toBe(500);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

describe('the ids of a command’s events', () => {
  const STREAM = 'account-main.p1.USDT';
  const idsOf = (...data: string[]) => eventIds(STREAM, 7, 'c-1', data);

  it('L5 one event’s is made of its stream, place, command and content', () => {
    const [id] = idsOf('{}');
    expect(id).toBe('afda612b-25b5-505e-ab38-efba61de6760');
    const others = [
      eventIds('account-main.p2.USDT', 7, 'c-1', ['{}']),
      eventIds(STREAM, 8, 'c-1', ['{}']),
      eventIds(STREAM, 7, 'c-2', ['{}']),
      eventIds(STREAM, 7, 'c-1', ['{"a":1}']),
    ];
    expect(new Set([id, ...others.flat()]).size).toBe(5);
  });

  it('L5 of several, each is the one before plus one, and all hang on the content of all', () => {
    const ids = idsOf('{"a":1}', '{"a":2}', '{"a":3}');
    const [first = ''] = ids;
    expect(ids).toEqual([first, idAfter(first), idAfter(idAfter(first))]);
    expect(idsOf('{"a":1}', '{"a":2}', '{"a":4}')[0]).not.toBe(first);
  });

  it('L5 what follows an id stays a UUID: its last group goes on with zero after the highest', () => {
    const head = '8a515fa0-56db-549a-9762-';
    expect(idAfter(`${head}000000000000`)).toBe(`${head}000000000001`);
    expect(idAfter(`${head}1289abcdeff9`)).toBe(`${head}1289abcdeffa`);
    expect(idAfter(`${head}1289abcdefff`)).toBe(`${head}1289abcdf000`);
    expect(idAfter(`${head}ffffffffffff`)).toBe(`${head}000000000000`);
  });
});
