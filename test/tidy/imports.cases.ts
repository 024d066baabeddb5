import { describe, expect, it } from 'vitest';
import { checkImports, ZONES } from './imports.ts';
import { checkOutsideWorld } from './outside-world.ts';
import { isTypeScript, report, sourcesIn } from './sources.ts';

/**
 * Goal: the shape that ARCHITECTURE.md draws is the shape that the sources have. Method: every
 * import of every source is read from its syntax tree and held against the zones; and each rule is
 * shown to find what it must find.
 */
const sources = sourcesIn('src').filter(isTypeScript);

describe('imports', () => {
  it('go only where the zone of the file admits', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(report(sources.flatMap((source) => checkImports(source)))).toBe('');
  });

  it('have no zone that stands for nothing', () => {
    const unused = ZONES.filter(({ at }) => !sources.some(({ path }) => path.startsWith(at)));
    expect(unused.map(({ at }) => at)).toEqual([]);
  });

  it.each([
    ['src/domain/money.ts', "import { House } from '../commands/house.ts';"],
    ['src/domain/account/state.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/domain/account/state.ts', "export * from '../../event-store.ts';"],
    ['src/domain/ids.ts', "import type { House } from '../commands/house.ts';"],
    ['src/domain/ids.ts', "type House = import('../commands/house.ts').House;"],
    ['src/domain/ids.ts', "export const late = () => import('../adapters/system.ts');"],
    ['src/domain/ids.ts', 'export const late = (path: string) => import(path);'],
    ['src/commands/engine.ts', "import { Pool } from 'pg';"],
    ['src/commands/engine.ts', "import { realSystem } from '../adapters/system.ts';"],
    ['src/commands/engine.ts', "import { balances } from '../projections/balances/apply.ts';"],
    ['src/projections/runner.ts', "import { Engine } from '../commands/engine.ts';"],
    ['src/projections/runner.ts', "import pg from 'pg';"],
    ['src/projections/runner.ts', "import { type Pool } from 'pg';"],
    ['src/event-store.ts', "import { Engine } from './commands/engine.ts';"],
    ['src/workers.ts', "import { realSystem } from './adapters/system.ts';"],
    ['src/adapters/http/auth.ts', "import { openPool } from '../postgres/pool.ts';"],
    ['src/adapters/http/auth.ts', "import { PROJECTIONS } from '../../projections/all.ts';"],
    ['src/adapters/postgres/pool.ts', "import { main } from '../../main.ts';"],
    ['src/new-file.ts', "import { z } from 'zod';"],
    ['src/new-folder/file.ts', ''],
  ])('are refused in %s: %s', (path, text) => {
    expect(checkImports({ path, text })).toHaveLength(1);
  });

  it.each([
    ['src/domain/ids.ts', "import { z } from 'zod'; import { createHash } from 'node:crypto';"],
    ['src/commands/engine.ts', "import type { System } from '../system.ts';"],
    ['src/projections/runner.ts', "import type { Pool } from 'pg';"],
    ['src/demo/demo.ts', "import { realSystem } from '../adapters/system.ts';"],
  ])('are admitted in %s: %s', (path, text) => {
    expect(checkImports({ path, text })).toEqual([]);
  });
});

describe('time, chance and scheduling', () => {
  const inside = /^src\/(domain|commands|projections)\//;

  it('come into domain, commands and projections through the System port alone', () => {
    const checked = sources.filter(({ path }) => inside.test(path));
    expect(checked.length).toBeGreaterThan(60);
    expect(report(checked.flatMap(checkOutsideWorld))).toBe('');
  });

  it.each([
    'export const now = Date.now();',
    'export const now = new Date();',
    'export const now = +new Date;',
    'const { now } = Date; export { now };',
    'export const now = Date["now"]();',
    'export const chance = Math.random();',
    'export const chance = Math["random"]();',
    'setTimeout(() => {}, 5);',
    'globalThis.setInterval(() => {}, 5);',
    'setImmediate(() => {});',
    "import { randomUUID } from 'node:crypto';",
    'export const id = crypto.randomUUID();',
    'export const start = performance.now();',
    'export const secret = process.env.SECRET;',
    "export const secret = globalThis.process.env['SECRET'];",
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import timers from 'node:timers';",
    "import { v4 } from 'uuid';",
    "import * as uuid from 'uuid';",
    "import { timer } from 'rxjs';",
    "import { generateKeySync } from 'node:crypto';",
  ])('is found: %s', (text) => {
    expect(checkOutsideWorld({ path: 'src/domain/bad.ts', text }).length).toBeGreaterThan(0);
  });

  it.each([
    'export const iso = (ms: number) => new Date(ms).toISOString();',
    'export const ms = (iso: string) => Date.parse(iso);',
    'export const day = (at: Date): Date => at;',
    'export const options = { performance: 5 };',
    '// Date.now() is in a comment\nexport const text = "Math.random()";',
    "import { v5, validate } from 'uuid';",
  ])('is not found: %s', (text) => {
    expect(checkOutsideWorld({ path: 'src/domain/good.ts', text })).toEqual([]);
  });
});
