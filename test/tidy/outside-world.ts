import { type Finding, isNode, lineOf, type Node, parse, type Source, walk } from './sources.ts';

/** Names that bring in time, chance or scheduling, wherever they come from. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'nextTick', 'performance'],
  ...['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'getRandomValues', 'webcrypto'],
  // Through which all of them can be had under another name.
  'globalThis',
]);

/** What may be taken of packages that also have a clock or chance in them. */
const ADMITTED_OF: Readonly<Record<string, ReadonlySet<string>>> = {
  // Ids are named after what they stand for: only the UUIDs that are hashes are left.
  uuid: new Set(['v5', 'validate', 'version']),
  'node:crypto': new Set(['createHash', 'createHmac', 'timingSafeEqual', 'hash']),
  rxjs: new Set(['Observable', 'Subject', 'Subscription', 'firstValueFrom', 'filter', 'map']),
};

const TIMERS = /^(node:)?timers(\/promises)?$/;

/** Findings for whatever goes round the System port. */
export function checkOutsideWorld(source: Source): Finding[] {
  const findings: Finding[] = [];
  walk(parse(source), (node, parent) => {
    const problem = problemOf(node, parent);
    if (problem === null) return;
    findings.push({ path: source.path, line: lineOf(source.text, node.start), problem });
  });
  return findings;
}

function problemOf(node: Node, parent: Node | null): string | null {
  if (node.type === 'ImportDeclaration') return importProblem(node);
  if (node.type !== 'Identifier') return null;
  const { name } = node;
  if (typeof name !== 'string') return null;
  if (FORBIDDEN_NAMES.has(name) && !isOwnProperty(node, parent)) return `uses ${name}`;
  if (name === 'process' && !isProperty(node, parent)) return 'uses process';
  if (name === 'Math' && memberOf(node, parent) === 'random') return 'uses Math.random';
  if (name === 'Date' && !isHarmlessDate(node, parent)) return 'reads the clock with Date';
  return null;
}

function importProblem({ source, specifiers }: Node): string | null {
  const from = isNode(source) ? String(source.value) : '';
  if (TIMERS.test(from)) return `imports ${from}`;
  const admitted = ADMITTED_OF[from];
  if (admitted === undefined || !Array.isArray(specifiers)) return null;
  const imported = specifiers.filter(isNode).map((each) => nameOf(each.imported) ?? '*');
  const wrong = imported.filter((name) => !admitted.has(name));
  return wrong.length === 0 ? null : `imports ${wrong.join(', ')} of ${from}: not in ADMITTED_OF`;
}

/** A time that was given may be read and written: `new Date(ms)`, `Date.parse`, the type. */
function isHarmlessDate(node: Node, parent: Node | null): boolean {
  if (parent === null) return false;
  if (parent.type === 'NewExpression' && parent.callee === node) {
    return Array.isArray(parent.arguments) && parent.arguments.length > 0;
  }
  if (['parse', 'UTC'].includes(memberOf(node, parent) ?? '')) return true;
  return parent.type === 'TSTypeReference' || isProperty(node, parent);
}

/** `now` of `Date.now`; null where the object is used in another way. */
function memberOf(object: Node, parent: Node | null): string | null {
  if (parent?.type !== 'MemberExpression' || parent.object !== object) return null;
  const { property, computed } = parent;
  if (computed !== true) return nameOf(property);
  // What is computed can't be seen: taken for the worst.
  return isNode(property) && property.type === 'Literal' ? String(property.value) : 'random';
}

function nameOf(node: unknown): string | null {
  return isNode(node) && typeof node.name === 'string' ? node.name : null;
}

function isProperty(node: Node, parent: Node | null): boolean {
  return (
    isOwnProperty(node, parent) ||
    (parent?.type === 'MemberExpression' && parent.property === node && parent.computed !== true)
  );
}

/** The name of a field that we define, as in `{ timeout: 5 }` or `readonly delay: number`. */
function isOwnProperty(node: Node, parent: Node | null): boolean {
  const kinds = ['Property', 'PropertyDefinition', 'TSPropertySignature', 'MethodDefinition'];
  return (
    parent !== null &&
    kinds.includes(parent.type) &&
    parent.key === node &&
    parent.computed !== true &&
    parent.value !== node &&
    parent.shorthand !== true
  );
}
