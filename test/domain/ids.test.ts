import { expect, it } from 'vitest';
import { deterministicId } from '../../src/domain/ids.ts';

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
