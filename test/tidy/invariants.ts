import { isNode, lineOf, parse, rootOf, type Source, walk } from './sources.ts';

/** A promise of INVARIANTS.md. */
export interface Promised {
  readonly id: string;
  readonly line: number;
  /** The test files that its line names. */
  readonly files: readonly string[];
}

/** A title in a test file that begins with ids. */
export interface Kept {
  readonly ids: readonly string[];
  readonly path: string;
  readonly line: number;
}

const ID = /[LPDWAS][0-9]{1,2}/;
/** `| L3 | …`, `- L3 …`, `### L3 …`, the id perhaps in bold, in code or linked. */
const PROMISE = new RegExp(`^\\s*(?:\\||[-*]|#+)\\s*[*\`[]*(${ID.source})\\b`);
const TITLE = new RegExp(`^((?:${ID.source} )+)`);
const TEST_FILE = /\btest\/[\w./-]+\.ts\b/g;

export function promisesOf(markdown: string): Promised[] {
  return markdown.split('\n').flatMap((text, index) => {
    const id = PROMISE.exec(text)?.[1];
    if (id === undefined) return [];
    return [{ id, line: index + 1, files: [...new Set(text.match(TEST_FILE) ?? [])] }];
  });
}

const RUNNERS = ['it', 'test', 'describe'];

/** Every title in it that begins with ids: of tests, of chapters, of templates and of tables. */
export function keptIn(source: Source): Kept[] {
  const found: Kept[] = [];
  walk(parse(source), (node) => {
    if (node.type !== 'CallExpression' || !isNode(node.callee)) return;
    if (!RUNNERS.includes(rootOf(node.callee)) || !Array.isArray(node.arguments)) return;
    const ids = TITLE.exec(titleOf(node.arguments[0]))?.[1];
    if (ids === undefined) return;
    found.push({
      ids: ids.trim().split(' '),
      path: source.path,
      line: lineOf(source.text, node.start),
    });
  });
  return found;
}

/** A template's title as far as its first value. */
function titleOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  const [first] = Array.isArray(node.quasis) ? node.quasis.filter(isNode) : [];
  const value = first?.value as { readonly cooked?: unknown } | undefined;
  return typeof value?.cooked === 'string' ? value.cooked : '';
}

/** Promises without a test, tests of nothing promised, and links that lead elsewhere. */
export function compare(promises: readonly Promised[], kept: readonly Kept[]): string[] {
  const ids = promises.map(({ id }) => id);
  const keeps = (id: string, path?: string) =>
    kept.some((each) => each.ids.includes(id) && (path === undefined || each.path === path));
  const missing = promises.filter(({ id }) => !keeps(id));
  const twice = promises.filter(({ id }, index) => ids.indexOf(id) !== index);
  return [
    ...twice.map(({ id, line }) => `INVARIANTS.md:${line} promises ${id} a second time`),
    ...missing.map(({ id, line }) => `INVARIANTS.md:${line} no test's title begins with ${id}`),
    ...promises.flatMap(({ id, line, files }) =>
      files
        .filter((file) => !keeps(id, file))
        .map((file) => `INVARIANTS.md:${line} no title in ${file} begins with ${id}`),
    ),
    ...kept.flatMap(({ ids: titled, path, line }) =>
      titled
        .filter((id) => !ids.includes(id))
        .map((id) => `${path}:${line} begins with ${id}, which INVARIANTS.md does not promise`),
    ),
  ];
}
