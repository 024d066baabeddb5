import type { Complaint, Environment } from '../config.ts';
import { VARIABLE_NAMES } from './variables.ts';

interface Sources {
  readonly texts: Record<string, string>;
  readonly complaints: readonly Complaint[];
}

const FILE = 'COUNTINGHOUSE_CONFIG';

/** All variables as text: the environment's, else the file's. Empty is the same as absent. */
export function readSources(env: Environment, readFile: (path: string) => string): Sources {
  const path = env[FILE];
  const file = path ? readConfigFile(path, readFile) : { texts: {}, complaints: [] };
  const fromEnv = VARIABLE_NAMES.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  return { texts: { ...file.texts, ...Object.fromEntries(fromEnv) }, complaints: file.complaints };
}

function readConfigFile(path: string, readFile: (path: string) => string): Sources {
  const refuse = (problem: string) => ({
    texts: {},
    complaints: [{ variable: FILE, problem, example: '/etc/countinghouse.json' }],
  });
  let content: unknown;
  try {
    content = JSON.parse(readFile(path));
  } catch (error) {
    // Only what the system says; the parser's words quote the file.
    const { code } = error as { code?: unknown };
    return refuse(
      typeof code === 'string' ? `names a file that can't be read (${code})` : 'names no JSON file',
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return refuse('must name a JSON file with one object of variables');
  }
  const names: readonly string[] = VARIABLE_NAMES;
  const unknown = Object.keys(content).filter((name) => !names.includes(name));
  const entries = Object.entries(content).filter(([name]) => names.includes(name));
  return {
    // Lists and objects may stand in the file as they are.
    texts: Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    complaints: unknown.map((name) => ({
      variable: name.slice(0, 60),
      problem: `in the file of ${FILE} is no variable of this program`,
      example: names.join(', '),
    })),
  };
}
