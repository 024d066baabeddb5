import { posix } from 'node:path';
import { type Finding, isNode, lineOf, type Node, parse, type Source, walk } from './sources.ts';

/** The ports: what the inside knows of the outside. */
const PORTS = [
  ...['src/event-store.ts', 'src/system.ts', 'src/chain.ts', 'src/bookkeeping.ts'],
  ...['src/archive.ts', 'src/keys.ts'],
];

interface Zone {
  /** A file, or a folder that ends with a slash. The longest that fits a file is its zone. */
  readonly at: string;
  /** Files, folders that end with a slash, and packages; absent: everything. */
  readonly mayImport?: readonly string[];
  /** Packages of which types may be imported, and nothing that runs. */
  readonly mayImportTypesOf?: readonly string[];
}

const SHARED_BY_ADAPTERS = [
  ...PORTS,
  'src/domain/',
  'src/adapters/system.ts',
  'src/adapters/processes.ts',
];

/** An adapter's folder; what it needs of another's stands in `also`, file by file. */
function adapter(folder: string, packages: readonly string[], also: readonly string[] = []): Zone {
  const at = `src/adapters/${folder}/`;
  return { at, mayImport: [at, ...SHARED_BY_ADAPTERS, 'node:', ...packages, ...also] };
}

/** Who may know whom. A file without a zone is a finding: somebody has to decide where it is. */
export const ZONES: readonly Zone[] = [
  { at: 'src/domain/', mayImport: ['src/domain/', 'zod', 'node:crypto'] },
  { at: 'src/commands/', mayImport: ['src/commands/', 'src/domain/', ...PORTS, 'zod', 'rxjs'] },
  {
    at: 'src/projections/',
    mayImport: ['src/projections/', 'src/domain/', ...PORTS, 'node:fs/promises'],
    mayImportTypesOf: ['pg'],
  },
  ...PORTS.map((at) => ({ at, mayImport: [...PORTS, 'src/domain/'] })),
  {
    at: 'src/config/',
    mayImport: ['src/config.ts', 'src/config/', 'src/domain/', 'zod', 'ethers'],
  },
  { at: 'src/config/risk-rules.ts', mayImport: ['src/domain/', 'node:fs'] },
  {
    at: 'src/config.ts',
    mayImport: ['src/config/', 'src/domain/', 'node:fs'],
    mayImportTypesOf: ['zod'],
  },
  {
    at: 'src/workers.ts',
    mayImport: ['src/commands/', 'src/projections/', 'src/domain/', ...PORTS],
    mayImportTypesOf: ['pg'],
  },
  {
    at: 'src/house-metrics.ts',
    mayImport: ['src/commands/engine.ts', 'src/projections/', ...PORTS],
    mayImportTypesOf: ['pg', '@opentelemetry/api'],
  },
  {
    at: 'src/readiness.ts',
    mayImport: ['src/adapters/http/deps.ts', 'src/assembly.ts', 'src/projections/status.ts'],
  },
  { at: 'src/signals.ts', mayImport: [] },
  { at: 'src/adapters/system.ts', mayImport: ['src/system.ts', 'node:'] },
  { at: 'src/adapters/processes.ts', mayImport: ['node:'] },
  adapter('chains', ['ethers', 'zod']),
  adapter(
    'event-store',
    ['pg', 'rxjs', '@eventstore/db-client/', '@grpc/grpc-js'],
    ['text-list', 'gathering', 'copy-out', 'patient-client', 'bound-statement'].map(
      (name) => `src/adapters/postgres/${name}.ts`,
    ),
  ),
  adapter('memory', []),
  adapter('postgres', ['pg'], ['src/adapters/event-store/postgres/errors.ts']),
  adapter('telemetry', ['@opentelemetry/']),
  adapter('signers', ['ethers'], ['src/adapters/chains/evm/chain-id.ts']),
  adapter(
    'http',
    ['fastify', '@fastify/', 'fastify-type-provider-zod', 'zod', 'pino', '@opentelemetry/api'],
    [
      'src/commands/',
      'src/projections/read-models.ts',
      'src/projections/ledger-reads.ts',
      'src/projections/point.ts',
      'src/config/api-keys.ts',
      // To tell a database that is away from a defect, when a read fails.
      'src/adapters/event-store/postgres/errors.ts',
    ],
  ),
  // Where the house is put together: only these know the adapters.
  { at: 'src/main.ts' },
  { at: 'src/assembly.ts' },
  { at: 'src/open-log.ts' },
  { at: 'src/copy-log.ts' },
  { at: 'src/progress.ts', mayImport: ['src/adapters/system.ts'] },
  { at: 'src/log-copy.ts', mayImport: ['src/event-store.ts', 'node:crypto'] },
  { at: 'src/open-engine.ts' },
  { at: 'src/cli.ts' },
  { at: 'src/serve.ts' },
  { at: 'src/verify.ts' },
  { at: 'src/export.ts' },
  { at: 'src/rebuild.ts' },
  { at: 'src/parked.ts' },
  { at: 'src/risk-replay.ts' },
  { at: 'src/ledger-beside.ts' },
  { at: 'src/development-keys.ts' },
  { at: 'src/demo/' },
];

interface Import {
  /** As written; null where it is computed. */
  readonly specifier: string | null;
  readonly typesOnly: boolean;
  readonly offset: number;
}

/** Findings for every import that the file's zone doesn't admit. */
export function checkImports(source: Source, zones: readonly Zone[] = ZONES): Finding[] {
  const zone = zoneOf(source.path, zones);
  const finding = (problem: string, offset = 0) => ({
    ...{ path: source.path, problem },
    line: lineOf(source.text, offset),
  });
  if (zone === undefined) return [finding('is in no zone: say in ZONES what it may import')];
  const { mayImport, mayImportTypesOf = [] } = zone;
  if (mayImport === undefined) return [];
  return importsOf(source).flatMap(({ specifier, typesOnly, offset }) => {
    if (specifier === null) return [finding('imports something that is computed', offset)];
    const target = resolve(source.path, specifier);
    const admitted = typesOnly ? [...mayImport, ...mayImportTypesOf] : mayImport;
    if (admitted.some((entry) => covers(entry, target))) return [];
    const onlyTypes = mayImportTypesOf.some((entry) => covers(entry, target));
    const problem = onlyTypes ? 'imports more than types of' : 'must not import';
    return [finding(`${problem} ${target} (${zone.at} may not)`, offset)];
  });
}

function zoneOf(path: string, zones: readonly Zone[]): Zone | undefined {
  return zones
    .filter(({ at }) => covers(at, path))
    .sort((a, b) => b.at.length - a.at.length)
    .at(0);
}

/** `src/domain/` and `node:` cover what begins so; all else is meant exactly. */
function covers(entry: string, target: string): boolean {
  return /[/:]$/.test(entry) ? target.startsWith(entry) : target === entry;
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  walk(parse(source), (node) => {
    const literal = literalOf(node.source);
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (!isNode(node.source)) return;
        found.push({ specifier: literal, typesOnly: isTypesOnly(node), offset: node.start });
        return;
      case 'ImportExpression':
        found.push({ specifier: literal, typesOnly: false, offset: node.start });
        return;
      case 'TSImportType':
        found.push({ specifier: literal, typesOnly: true, offset: node.start });
        return;
    }
  });
  return found;
}

function literalOf(node: unknown): string | null {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string'
    ? node.value
    : null;
}

/** `import { type A }` is not: what is compiled of it still loads the module. */
const isTypesOnly = (node: Node) => node.importKind === 'type' || node.exportKind === 'type';
