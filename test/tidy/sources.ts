import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Source {
  /** From the project's root, with `/`: `src/domain/money.ts`. */
  readonly path: string;
  readonly text: string;
}

/** What a rule found: which file, which line, and what is wrong with it. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

const EXTENSIONS = ['.ts', '.js', '.mjs', '.sql', '.html', '.css'];

/** Every text that people wrote below a folder, in order of path. */
export function sourcesIn(folder: string, extensions = EXTENSIONS): Source[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && extensions.some((each) => entry.name.endsWith(each)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(ROOT, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const isTypeScript = ({ path }: Source) => path.endsWith('.ts');

/** A node of the syntax tree (ESTree with TypeScript), with only what every node has. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const trees = new Map<string, Node>();

/** The tree of the parser that vitest itself runs on: the TypeScript 7 compiler offers none. */
export function parse({ path, text }: Source): Node {
  try {
    const tree = trees.get(text) ?? (parseAst(text, { lang: 'ts' }) as unknown as Node);
    trees.set(text, tree);
    return tree;
  } catch (cause) {
    throw new Error(`${path} is no TypeScript: ${cause}`, { cause });
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Calls `visit` for the node and all below it, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | null) => void): void {
  const descend = (current: Node, parent: Node | null) => {
    visit(current, parent);
    for (const value of Object.values(current)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) descend(child, current);
      }
    }
  };
  descend(node, null);
}

/** The name that a chain of calls and members begins with: `it` of `it.skip.each(rows)('…')`. */
export function rootOf(node: Node): string {
  if (node.type === 'Identifier') return String(node.name);
  const inner = node.object ?? node.callee ?? node.tag;
  return isNode(inner) ? rootOf(inner) : '';
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** One line for each finding, as an editor links it; empty when there is none. */
export function report(findings: readonly Finding[]): string {
  return findings.map(({ path, line, problem }) => `${path}:${line} ${problem}`).join('\n');
}
