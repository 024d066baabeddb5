import {
  type Finding,
  isNode,
  lineOf,
  type Node,
  parse,
  rootOf,
  type Source,
  walk,
} from './sources.ts';

const MOST_LINES = 300;
const MOST_COLUMNS = 100;
const MOST_FUNCTION_LINES = 70;
const SAYS_NOTHING = /(^|[-_.])(utils?|helpers?|common|managers?|misc)([-_.]|$)/i;

/** Folders of the machine that something was written on. */
const MACHINE_PATH = new RegExp(`/(${['work', 'root', 'Users', 'home/[a-z]'].join('|')})/`);

/** Length, width, name and places of a file; of its functions too when it is TypeScript. */
export function checkText(source: Source): Finding[] {
  const { path, text } = source;
  const lines = linesOf(text);
  const findings: Finding[] = [];
  const add = (line: number, problem: string) => findings.push({ path, line, problem });
  if (lines.length > MOST_LINES) add(lines.length, `has ${lines.length} lines of ${MOST_LINES}`);
  for (const part of path.split('/')) {
    if (SAYS_NOTHING.test(part)) add(1, `is called '${part}', which says nothing`);
  }
  lines.forEach((line, index) => {
    if (isTooWide(line)) add(index + 1, `has ${[...line].length} columns of ${MOST_COLUMNS}`);
    if (MACHINE_PATH.test(line)) add(index + 1, 'names a place of one machine');
  });
  return findings;
}

export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/**
 * Four exceptions, all of text that can't be broken: an address and a row of a table in comments, a
 * literal without a space (a key), and a test's title (a runner shows it whole).
 */
const UNBREAKABLE = [
  /^\s*(\/\/|\*|--|\/\*\*?)\s.*https?:\/\/\S+\s*(\*\/)?$/,
  /^\s*\* \|.*\|$/,
  /^\s*(['"`])[^\s]*\1[,;]?$/,
  /^\s*(it|test|describe)\((['"`])[^'"`]*\2, (async )?\(\w*\) => (\{|$)/,
];

const isTooWide = (line: string) =>
  [...line].length > MOST_COLUMNS && !UNBREAKABLE.some((each) => each.test(line));

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
const RUNNERS = ['it', 'test', 'describe', 'suite'];

/** What only the syntax tree can tell: long functions, `any`, tests that don't run as they are. */
export function checkSyntax(source: Source): Finding[] {
  const { path, text } = source;
  const findings: Finding[] = [];
  walk(parse(source), (node, parent) => {
    const add = (problem: string) =>
      findings.push({ path, line: lineOf(text, node.start), problem });
    if (FUNCTIONS.includes(node.type)) {
      const length = ownLines(text, node);
      if (length > MOST_FUNCTION_LINES) {
        add(`is a function of ${length} lines, at most ${MOST_FUNCTION_LINES}`);
      }
    }
    if (node.type === 'TSAnyKeyword') add('says any');
    const modifier = modifierOf(node);
    if (modifier !== null && !isReasoned(modifier, parent)) add(`is a test that is '${modifier}'`);
  });
  return findings;
}

/**
 * Its lines, without those of tests that stand in it: a function that lists tests is a chapter, and
 * what it lists is measured one by one.
 */
function ownLines(text: string, { body, start, end }: Node): number {
  const lines = (node: Pick<Node, 'start' | 'end'>) =>
    lineOf(text, node.end) - lineOf(text, node.start) + 1;
  const statements = isNode(body) && Array.isArray(body.body) ? body.body.filter(isNode) : [];
  const tests = statements
    .map((each) => (each.type === 'ReturnStatement' ? each.argument : each.expression))
    .filter(isNode)
    .filter((call) => call.type === 'CallExpression' && RUNNERS.includes(rootOf(call)));
  return tests.reduce((left, test) => left - lines(test), lines({ start, end }));
}

/** `only` of `it.only`. */
function modifierOf({ type, property, object }: Node): string | null {
  if (type !== 'MemberExpression' || !isNode(property) || !isNode(object)) return null;
  const name = String(property.name);
  const isNotRun = ['only', 'skip', 'todo', 'fails', 'skipIf', 'runIf'].includes(name);
  return isNotRun && RUNNERS.includes(rootOf(object)) ? name : null;
}

/** Left out for a reason: by what the machine is, or with the reason in the title. */
function isReasoned(modifier: string, parent: Node | null): boolean {
  const [argument] = Array.isArray(parent?.arguments) ? parent.arguments.filter(isNode) : [];
  if (argument === undefined) return false;
  if (modifier === 'skip') return JSON.stringify(argument).includes('(skipped: ');
  return ['skipIf', 'runIf'].includes(modifier) && argument.type !== 'Literal';
}

/** The value that this share of the numbers is not above. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
