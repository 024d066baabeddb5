import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare, keptIn, promisesOf } from './invariants.ts';
import { isTypeScript, ROOT, sourcesIn } from './sources.ts';

/**
 * Goal: a promise without a test is not made, and no test keeps a promise that nobody can read.
 * Method: the ids of INVARIANTS.md are held against the titles in all test files.
 */
describe('INVARIANTS.md', () => {
  it('promises what tests keep, and all that they keep', () => {
    const promises = promisesOf(readFileSync(join(ROOT, 'INVARIANTS.md'), 'utf8'));
    const kept = sourcesIn('test').filter(isTypeScript).flatMap(keptIn);
    expect(kept.length).toBeGreaterThan(80);
    expect(promises.length).toBeGreaterThan(20);
    expect(compare(promises, kept).join('\n')).toBe('');
  });
});

describe('the reader', () => {
  it('finds promises in tables, lists and headings, and not where they are only mentioned', () => {
    const markdown = `# Invariants
| Id | Promise | Test |
|---|---|---|
| L1 | An event is never changed | [test](test/a.test.ts), \`test/b/c.test.ts\` |
| **L2** | Postings sum to zero, as L9 says | test/a.test.ts, test/a.test.ts |
- P3 A rebuild gives the same rows
### \`W10\` Destinations
See L3.`;
    expect(promisesOf(markdown)).toEqual([
      { id: 'L1', line: 4, files: ['test/a.test.ts', 'test/b/c.test.ts'] },
      { id: 'L2', line: 5, files: ['test/a.test.ts'] },
      { id: 'P3', line: 6, files: [] },
      { id: 'W10', line: 7, files: [] },
    ]);
  });

  it('finds ids in titles of tests, templates, tables and chapters', () => {
    const lines = [
      "it('L1 one', () => {});",
      "test('L2 L3 two', () => {});",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
      'it(`P4 of ${name}`, () => {});',
      "it.each([1])('D5 %i', () => {});",
      "describe('W6 a chapter', () => {});",
      "it('says L7 later', () => {}); it('L8', () => {}); other('A1 x');",
    ];
    const kept = keptIn({ path: 'test/a.test.ts', text: lines.join('\n') });
    expect(kept.map(({ ids }) => ids)).toEqual([['L1'], ['L2', 'L3'], ['P4'], ['D5'], ['W6']]);
    expect(kept.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });

  it('finds promises without tests, tests without promises, doubles, and false links', () => {
    const promises = promisesOf('| L1 | a | test/a.test.ts |\n| L2 | b |\n| L1 | again |');
    const at = { path: 'test/b.test.ts', line: 7 };
    expect(compare(promises, [{ ids: ['L1', 'L3'], ...at }])).toEqual([
      'INVARIANTS.md:3 promises L1 a second time',
      "INVARIANTS.md:2 no test's title begins with L2",
      'INVARIANTS.md:1 no title in test/a.test.ts begins with L1',
      'test/b.test.ts:7 begins with L3, which INVARIANTS.md does not promise',
    ]);
    expect(compare(promisesOf('- L1 a: test/b.test.ts'), [{ ids: ['L1'], ...at }])).toEqual([]);
  });
});
