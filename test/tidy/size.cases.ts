import { describe, expect, it } from 'vitest';
import { checkSyntax, checkText, linesOf, quantile } from './size.ts';
import { isTypeScript, report, sourcesIn } from './sources.ts';

/**
 * Goal: no file and no function grows until nobody reads it whole. Method: every text below src,
 * test, scripts and bench is measured, its functions by its syntax tree; each rule is shown to find
 * what it must find.
 */
const src = sourcesIn('src');
const sources = [...src, ...sourcesIn('test'), ...sourcesIn('scripts'), ...sourcesIn('bench')];
const at = (text: string, path = 'src/domain/sample.ts') => ({ path, text });
const linesOfCode = (count: number) => 'export const a = 1;\n'.repeat(count);
const functionOf = (lines: number) => `export function f() {\n${'  g();\n'.repeat(lines - 2)}}\n`;

describe('the sources', () => {
  it('have short files, narrow lines, names that say something, and no place of one machine', () => {
    expect(sources.length).toBeGreaterThan(200);
    expect(report(sources.flatMap(checkText))).toBe('');
  });

  it('have short functions, no any, and no test that does not run', () => {
    expect(report(sources.filter(isTypeScript).flatMap(checkSyntax))).toBe('');
  });

  it('have nine files in ten under 200 lines, and a median that is read at a glance', () => {
    const lengths = src.map(({ text }) => linesOf(text).length);
    expect(quantile(lengths, 0.9)).toBeLessThan(200);
    expect(quantile(lengths, 0.5)).toBeLessThanOrEqual(110);
  });
});

describe('the rules', () => {
  it.each([
    ['301 lines', at(linesOfCode(301))],
    ['101 columns', at(`const a = '${'x'.repeat(88)}';`)],
    ['101 columns of a comment', at(`// ${'words '.repeat(17)}`)],
    ['101 columns of SQL', at(`select ${'a'.repeat(94)}`, 'src/projections/tables.sql')],
    ['a file called utils', at('', 'src/domain/utils.ts')],
    ['a file called test-helpers', at('', 'test/test-helpers.ts')],
    ['a folder called common', at('', 'src/common/money.ts')],
    ['a lock-manager', at('', 'src/lock-manager.ts')],
    ['a place of one machine', at(`const a = '${['', 'Users', 'ann'].join('/')}';`)],
  ])('find %s', (_what, source) => {
    expect(checkText(source)).toHaveLength(1);
  });

  it.each([
    ['300 lines', at(linesOfCode(300))],
    ['100 columns', at(`const a = '${'x'.repeat(87)}';`)],
    ['a long address in a comment', at(`// See https://example.com/${'x'.repeat(100)}`)],
    ['a long title of a test', at(`  it('${'words '.repeat(18)}', async () => {`)],
    ['a row of a table in a comment', at(` * | ${'x '.repeat(60)}|`)],
    ['a key', at(`  '${'x'.repeat(111)}';`)],
    ['a file called commonwealth', at('', 'src/commonwealth.ts')],
  ])('admit %s', (_what, source) => {
    expect(checkText(source)).toEqual([]);
  });

  it.each([
    ['a function of 71 lines', functionOf(71)],
    ['a method of 71 lines', `class A { ${functionOf(71).slice(16)} }`],
    ['an arrow function of 71 lines', `const f = () => {\n${'g();\n'.repeat(69)}};`],
    ['a test of 71 lines', `it('a', () => {\n${'g();\n'.repeat(69)}});`],
    ['a chapter with 71 lines besides', `describe('a', () => {\n${'g();\n'.repeat(69)}});`],
    ['any', 'export const a: any = 1;'],
    ['a list of any', 'export const a = [] as Array<any>;'],
    ['it.only', "it.only('a', () => {});"],
    ['describe.skip', "describe.skip('a', () => {});"],
    ['test.todo', "test.todo('a');"],
    ['it.skip.each', "it.skip.each([1])('a', () => {});"],
    ['it.skipIf', "it.skipIf(true)('a', () => {});"],
  ])('find %s', (_what, text) => {
    expect(checkSyntax(at(text))).toHaveLength(1);
  });

  it.each([
    ['a function of 70 lines', functionOf(70)],
    ['a chapter of 200 lines', `describe('a', () => {\n${"it('a', f);\n".repeat(198)}});`],
    ['a table of tests', "it.each([1])('a', () => {});"],
    ['a test for some machines', "it.runIf(process.getuid?.() === 0)('a', () => {});"],
    ['a skip that says why', 'it.skip(`a (skipped: ...)`, f);'],
    ['any in a sentence', '// any\nexport const any = "any";'],
    ['a skip of something else', 'export const page = rows.skip(5);'],
  ])('admit %s', (_what, text) => {
    expect(checkSyntax(at(text))).toEqual([]);
  });
});
